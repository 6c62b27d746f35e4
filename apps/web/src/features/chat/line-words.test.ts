import type { Battle, RoomEvent } from "@sameroom/contract";
import { describe, expect, it } from "vitest";
import { noteWords } from "./line-words.ts";

const side = (name: string, coins: number) => ({
  ...{ room: name, title: name, participant: `user:${name}`, name, coins },
  ...{ supporters: [], here: true, again: false },
});
const told = (more: Partial<Battle>) =>
  noteWords({
    ...{ sequence: 1, clientId: null, atUnixMs: 0, captureUnixMs: null, actor: null },
    body: {
      type: "battle",
      battle: {
        ...{ id: "00000000-0000-4000-8000-000000000001", revision: 1, round: 1, durationS: 60 },
        ...{ penaltyS: 30, phase: "result", sides: [side("Ada", 0), side("Ben", 1_300)], outcome: null },
        ...{ startsUnixMs: 1_000, endsUnixMs: 61_000, phaseEndsUnixMs: 61_000 },
        ...more,
      },
    },
  } as RoomEvent);

describe("what a chat tells of a battle", () => {
  it("is who has won, with their points first", () => {
    expect(told({ outcome: { winner: 1, by: "points" } })).toBe("Ben wins the battle, 1,300 to 0");
    const sides: Battle["sides"] = [side("Ada", 5), side("Ben", 4)];
    expect(told({ sides, outcome: { winner: 0, by: "points" } })).toBe("Ada wins the battle, 5 to 4");
    expect(told({ outcome: { winner: 0, by: "forfeit" } })).toBe("Ada wins: the other side is gone");
  });
});
