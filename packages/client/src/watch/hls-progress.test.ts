import { describe, expect, it } from "vitest";
import { HlsProgress } from "./hls-progress.ts";

describe("the progress of an HLS player", () => {
  it("is playing once the position has moved, and lost after 1.8 s in one place", () => {
    const progress = new HlsProgress();
    expect(progress.take(0, 0, false).state).toBeUndefined();
    expect(progress.take(0, 5000, false).state).toBeUndefined();
    expect(progress.take(0.2, 5250, false)).toEqual({ state: "playing", frozenMs: 0 });
    expect(progress.take(0.2, 6250, false)).toEqual({ state: "playing", frozenMs: 1000 });
    expect(progress.take(0.2, 7250, false).state).toBe("reconnecting");
    expect(progress.take(9, 7500, false)).toEqual({ state: "playing", frozenMs: 0 });
  });

  it("is not lost while the viewer has stopped the picture, nor at once afterwards", () => {
    const progress = new HlsProgress();
    progress.take(1, 0, false);
    progress.take(2, 250, false);
    expect(progress.take(2, 60_000, true)).toEqual({ state: "playing", frozenMs: 0 });
    expect(progress.take(2, 60_250, false)).toEqual({ state: "playing", frozenMs: 250 });
  });

  it("begins anew with another source", () => {
    const progress = new HlsProgress();
    progress.take(1, 0, false);
    progress.take(2, 250, false);
    progress.restart();
    expect(progress.take(40, 500, false).state).toBeUndefined();
  });
});
