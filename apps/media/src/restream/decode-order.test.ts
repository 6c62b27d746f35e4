import type { AccessUnit } from "@sameroom/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeOrder, decodingMicros } from "./decode-order.ts";

function unit(kind: "video" | "audio", dtsMs: number, compositionMs = 0): AccessUnit {
  return {
    format: { kind } as AccessUnit["format"],
    captureMicros: (dtsMs + compositionMs) * 1000,
    ...{ compositionMicros: compositionMs * 1000, keyframe: true, samples: 0, data: new Uint8Array(1) },
  };
}
const told = (units: readonly AccessUnit[]) =>
  units.map((each) => `${each.format.kind[0]}${decodingMicros(each) / 1000}`);

describe("the order of decoding", () => {
  it("holds pictures back for sound that is made and comes later", () => {
    const order = new DecodeOrder();
    order.push(unit("video", 0), 0);
    order.push(unit("video", 33), 33);
    expect(told(order.take(40, false))).toEqual([]);
    order.push(unit("audio", 10), 60);
    expect(told(order.take(60, false))).toEqual(["v0", "a10"]);
    order.push(unit("audio", 40), 70);
    expect(told(order.take(70, false))).toEqual(["v33"]);
  });

  it("waits a second for what does not come, and not at all where there is one kind only", () => {
    const order = new DecodeOrder();
    order.push(unit("video", 0), 0);
    expect(told(order.take(999, false))).toEqual([]);
    expect(told(order.take(1000, false))).toEqual(["v0"]);
    order.push(unit("video", 33), 1000);
    expect(told(order.take(1000, true))).toEqual(["v33"]);
  });

  it("goes by decoding and not by presentation", () => {
    const order = new DecodeOrder();
    order.push(unit("video", 0, 66), 0);
    order.push(unit("audio", 20), 0);
    order.push(unit("video", 33, 0), 0);
    expect(told(order.take(0, false))).toEqual(["v0", "a20"]);
  });

  it("loses nothing and never swaps two of a kind, whatever comes when", () => {
    const step = fc.record({
      kind: fc.constantFrom("video" as const, "audio" as const),
      dts: fc.nat(5000),
      at: fc.nat(300),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const order = new DecodeOrder();
        const out: AccessUnit[] = [];
        const pushed = { video: [] as AccessUnit[], audio: [] as AccessUnit[] };
        let nowMs = 0;
        for (const { kind, dts, at } of steps) {
          nowMs += at;
          const next = unit(kind, dts);
          pushed[kind].push(next);
          order.push(next, nowMs);
          out.push(...order.take(nowMs, false));
        }
        out.push(...order.take(nowMs + 1000, false));
        for (const kind of ["video", "audio"] as const)
          expect(out.filter(({ format }) => format.kind === kind)).toEqual(pushed[kind]);
      }),
    );
  });
});
