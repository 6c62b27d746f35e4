import type { AccessUnit } from "@sameroom/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TargetTimeline } from "./target-timeline.ts";

function unit(
  kind: "video" | "audio",
  captureMs: number,
  more: { keyframe?: boolean; compositionMs?: number } = {},
) {
  const { keyframe = true, compositionMs = 0 } = more;
  return {
    format: { kind } as AccessUnit["format"],
    captureMicros: captureMs * 1000,
    compositionMicros: compositionMs * 1000,
    ...{ keyframe, samples: 0, data: new Uint8Array(1) },
  };
}

describe("a connection's time", () => {
  it("begins with the first keyframe; sound and pictures before it are left out", () => {
    const timeline = new TargetTimeline({ hasVideo: true });
    expect(timeline.place(unit("audio", 90_000))).toBeUndefined();
    expect(timeline.place(unit("video", 90_010, { keyframe: false }))).toBeUndefined();
    expect(timeline.place(unit("video", 90_100, { compositionMs: 60 }))).toMatchObject({
      ...{ dtsMicros: 0, compositionMicros: 60_000 },
    });
    expect(timeline.place(unit("audio", 90_030))).toBeUndefined();
    expect(timeline.place(unit("audio", 90_060))?.dtsMicros).toBe(20_000);
  });

  it("begins with sound where there is nothing else", () => {
    const timeline = new TargetTimeline({ hasVideo: false });
    expect(timeline.place(unit("audio", 7000))?.dtsMicros).toBe(0);
    expect(timeline.place(unit("audio", 7021))?.dtsMicros).toBe(21_000);
  });

  it("goes on where the host was away: the gap stays a gap", () => {
    const timeline = new TargetTimeline({ hasVideo: true });
    timeline.place(unit("video", 1000));
    expect(timeline.place(unit("video", 21_000))?.dtsMicros).toBe(20_000_000);
  });

  it("grows within each kind, whatever the host's clock does", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(10_000), fc.nat(200))), (given) => {
        const timeline = new TargetTimeline({ hasVideo: true });
        timeline.place(unit("video", 0));
        const last = { video: 0, audio: Number.NEGATIVE_INFINITY };
        for (const [isVideo, captureMs, compositionMs] of given) {
          const placed = timeline.place(
            unit(isVideo ? "video" : "audio", captureMs + compositionMs, {
              compositionMs: isVideo ? compositionMs : 0,
            }),
          );
          if (placed === undefined) continue;
          expect(placed.dtsMicros).toBeGreaterThan(last[placed.kind]);
          expect(placed.compositionMicros).toBeGreaterThanOrEqual(0);
          last[placed.kind] = placed.dtsMicros;
        }
      }),
    );
  });
});
