import type { RoomConnection } from "@sameroom/client";
import { describe, expect, it, vi } from "vitest";
import { type Burst, ReactionSource } from "./reaction-source.ts";

function open() {
  let tell: (counts: Record<string, number>) => void = () => {};
  const off = vi.fn();
  const react = vi.fn();
  const connection = {
    react,
    on: (_event: string, listener: typeof tell) => {
      tell = listener;
      return off;
    },
  } as unknown as RoomConnection;
  let now = 0;
  const source = new ReactionSource(
    connection,
    () => 77,
    () => now,
  );
  const seen: Burst[] = [];
  source.listen((burst) => seen.push(burst));
  const wait = (ms: number) => {
    now += ms;
  };
  return { source, seen, react, off, wait, tell: (counts: Record<string, number>) => tell(counts) };
}

describe("reactions", () => {
  it("of one's own are seen at the tap and not again when the room tells them", () => {
    const { source, seen, react, tell } = open();
    source.react("🔥");
    source.react("🔥");
    expect(react).toHaveBeenCalledWith("🔥", 77);
    tell({ "🔥": 5, "👏": 1 });
    tell({ "🔥": 2 });
    expect(seen).toEqual([
      { emoji: "🔥", count: 1 },
      { emoji: "🔥", count: 1 },
      { emoji: "🔥", count: 3 },
      { emoji: "👏", count: 1 },
      { emoji: "🔥", count: 2 },
    ]);
  });

  it("of one's own that never came back do not take from others' for ever", () => {
    const { source, seen, wait, tell } = open();
    source.react("🔥");
    wait(6_000);
    tell({ "🔥": 1 });
    expect(seen.at(-1)).toEqual({ emoji: "🔥", count: 1 });
    expect(seen).toHaveLength(2);
  });

  it("end with it", () => {
    const { source, seen, off, tell } = open();
    source.close();
    tell({ "🔥": 1 });
    expect(off).toHaveBeenCalled();
    expect(seen).toEqual([]);
  });
});
