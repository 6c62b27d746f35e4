import type { Pacing } from "@sameroom/native";
import { describe, expect, it } from "vitest";
import { ViewerPath } from "./viewer-path.ts";

function openPath() {
  const paces: (Pacing | undefined)[] = [];
  const wire = {
    setPacing: (_peer: number, pacing: Pacing | undefined) => paces.push(pacing),
    sentPackets: () => undefined,
  };
  return { path: new ViewerPath({ wire, peer: 1, unixMs: () => 0 }), paces };
}

describe("the pace towards a viewer of whom nothing is known", () => {
  it("does not exist", () => {
    const { path, paces } = openPath();
    for (let nowMs = 0; nowMs < 10_000; nowMs += 100) path.poll(nowMs, "192.0.2.1:1");
    expect(paces).toEqual([]);
  });

  it("is set once for who begins with a group of pictures, and given up when nothing is ever reported", () => {
    const { path, paces } = openPath();
    path.paceBeginning(0);
    path.paceBeginning(10);
    expect(paces).toEqual([{ rateBps: 12_000_000, burstBytes: 32_768 }]);
    for (let nowMs = 100; nowMs < 10_000; nowMs += 100) path.poll(nowMs, "192.0.2.1:1");
    expect(paces.slice(1)).toEqual([undefined]);
    path.paceBeginning(10_000);
    expect(paces).toHaveLength(2);
  });

  it("is the path's own as soon as that is measured", () => {
    const { path, paces } = openPath();
    path.paceBeginning(0);
    path.handleRemb(300_000, 500);
    path.poll(600, "192.0.2.1:1");
    const own = paces.at(-1);
    expect(own!.rateBps).toBeLessThan(2_000_000);
    for (let nowMs = 700; nowMs < 10_000; nowMs += 100) path.poll(nowMs, "192.0.2.1:1");
    expect(paces).not.toContain(undefined);
    path.paceBeginning(10_000);
    expect(paces.at(-1)!.rateBps).toBeLessThan(2_000_000);
  });
});
