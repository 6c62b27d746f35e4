import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { type ProbeConditions, ProbeController } from "./probe-controller.ts";
import { ProbeResult, probeBytes } from "./probe-result.ts";

const SIZE = 1000;

interface Path {
  capacityBps: number;
  jitterMs?: number;
  lost?: (packet: number) => boolean;
  /** Bytes of other packets after each of the probe's. */
  between?: number;
}

/** What a probe of `bytes` at `rateBps` finds. */
function probe(rateBps: number, bytes: number, path: Path, usualLoss = 0): number | undefined {
  const result = new ProbeResult();
  const random = new SeededRandom(3);
  result.begin(2, bytes);
  let freeAt = 0;
  for (let packet = 0; packet * SIZE < bytes; packet++) {
    const sent = 1e6 + (packet * SIZE * 8e6) / rateBps;
    freeAt = Math.max(freeAt, sent) + (SIZE * 8e6) / path.capacityBps;
    const arrival = freeAt + 20_000 + 1000 * (path.jitterMs ?? 0) * random.next();
    result.add(2, sent, path.lost?.(packet) ? Number.NaN : arrival, SIZE);
    if (path.between !== undefined) {
      freeAt += (path.between * 8e6) / path.capacityBps;
      result.add(0, sent + 10, freeAt + 20_000, path.between);
    }
  }
  expect(result.complete).toBe(true);
  return result.rateBps(usualLoss);
}

describe("a probe's result", () => {
  it("is the rate it was sent at when that got through", () => {
    expect(probe(4_000_000, 10_000, { capacityBps: 50_000_000 })! / 4e6).toBeCloseTo(1, 1);
  });

  it("is a little less than the bottleneck when there was one", () => {
    const found = probe(4_000_000, 20_000, { capacityBps: 1_000_000 })!;
    expect(found).toBeGreaterThan(900_000);
    expect(found).toBeLessThan(1_000_000);
  });

  it("counts what else was sent meanwhile", () => {
    const found = probe(2_000_000, 20_000, { capacityBps: 3_000_000, between: 1000 })!;
    expect(found).toBeGreaterThan(2_700_000);
    expect(found).toBeLessThan(3_000_000);
  });

  it("is true under jitter when the probe is long enough, and none when it is not", () => {
    const bytes = probeBytes(3_000_000, 60);
    expect(bytes).toBeGreaterThan(40_000);
    const free = probe(3_000_000, bytes, { capacityBps: 50_000_000, jitterMs: 200 })!;
    expect(free).toBeGreaterThan(2_200_000);
    const held = probe(3_000_000, bytes, { capacityBps: 1_000_000, jitterMs: 200 })!;
    expect(held).toBeGreaterThan(750_000);
    expect(held).toBeLessThan(1_200_000);
    expect(probe(3_000_000, 8000, { capacityBps: 50_000_000, jitterMs: 200 })).toBeUndefined();
  });

  it("suffers from losses unless they are usual", () => {
    const path = { capacityBps: 50_000_000, lost: (packet: number) => packet % 5 === 2 };
    expect(probe(4_000_000, 20_000, path)!).toBeLessThan(3_300_000);
    expect(probe(4_000_000, 20_000, path, 0.2)!).toBeGreaterThan(3_700_000);
  });

  it("is none when nearly all is lost, and complete although its end is never told of", () => {
    expect(probe(4_000_000, 10_000, { capacityBps: 5e7, lost: (packet) => packet > 2 })).toBeUndefined();
    const result = new ProbeResult();
    result.begin(1, 10_000);
    result.add(1, 0, 20_000, 1000);
    result.add(0, 100_000, 120_000, 1000);
    expect(result.complete).toBe(false);
    result.add(0, 300_000, 320_000, 1000);
    expect(result.complete).toBe(true);
    expect(result.rateBps(0)).toBeUndefined();
  });

  it("gets better when what seemed lost comes late", () => {
    const result = new ProbeResult();
    result.begin(1, 10_000);
    for (let packet = 0; packet < 10; packet++) {
      const sent = packet * 2000;
      result.add(1, sent, packet === 4 ? Number.NaN : sent + 20_000, 1000);
    }
    const before = result.rateBps(0)!;
    expect(result.lossy).toBe(true);
    result.recover(1, 8000, 28_000, 1000);
    expect(result.lossy).toBe(false);
    expect(result.rateBps(0)!).toBeGreaterThan(before * 1.05);
  });
});

describe("probe controller", () => {
  const conditions: ProbeConditions = {
    estimateBps: 1_000_000,
    maxBps: 50_000_000,
    wantedBps: 2_700_000,
    noiseMs: 1,
    calm: true,
    inDoubt: false,
  };

  it("begins with three times the start rate and goes on while results exceed", () => {
    const controller = new ProbeController(1_000_000);
    const free = { ...conditions, wantedBps: 20_000_000 };
    expect(controller.take(0, free)).toMatchObject({ cluster: 1, rateBps: 3_000_000 });
    expect(controller.take(20, free)).toBeUndefined();
    controller.result(100, 3_000_000, 1_000_000);
    expect(controller.take(100, { ...free, estimateBps: 3_000_000 })).toMatchObject({
      cluster: 2,
      rateBps: 6_000_000,
    });
    controller.result(200, 2_000_000, 3_000_000);
    expect(controller.take(200, { ...free, estimateBps: 3_000_000 })).toBeUndefined();
  });

  it("asks for no more than half as much again as is wanted, and for nothing when that is there", () => {
    expect(new ProbeController(5_000_000).take(0, conditions)?.rateBps).toBe(4_050_000);
    expect(new ProbeController(1_000_000).take(0, { ...conditions, estimateBps: 3_500_000 })).toBeUndefined();
    expect(new ProbeController(1_000_000).take(0, { ...conditions, wantedBps: 0 })).toBeUndefined();
  });

  it("tries again every few seconds while more is wanted, taking a twentieth of the estimate", () => {
    for (const estimateBps of [60_000, 400_000, 2_000_000]) {
      const controller = new ProbeController(estimateBps);
      let bytes = 0;
      for (let at = 0; at < 120_000; at += 20) {
        const request = controller.take(at, { ...conditions, estimateBps });
        if (request === undefined) continue;
        bytes += request.bytes;
        controller.result(at + 10, estimateBps, estimateBps);
      }
      const share = (bytes * 8) / 120 / estimateBps;
      expect(share).toBeGreaterThan(0.01);
      expect(share).toBeLessThan(estimateBps < 100_000 ? 0.1 : 0.07);
    }
  });

  it("waits for calm, and longer each time that a raise has ended in congestion", () => {
    const controller = new ProbeController(1_000_000);
    const pauses: number[] = [];
    let probedMs = 0;
    for (let at = 0; at < 60_000; at += 20) {
      if (controller.take(at, conditions) === undefined) continue;
      pauses.push(at - probedMs);
      probedMs = at;
      controller.result(at + 100, 1_200_000, 1_000_000);
      controller.congested(at + 500);
    }
    expect(controller.take(70_000, { ...conditions, calm: false })).toBeUndefined();
    expect(pauses.slice(1, 3).every((pause) => pause >= 2000)).toBe(true);
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(8000);
    expect(pauses.at(-1)).toBeLessThan(10_000);
  });

  it("makes a spoilt probe again, but not for ever, and gives up on one that has no result", () => {
    const controller = new ProbeController(1_000_000);
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(controller.take(attempt * 100, { ...conditions, noiseMs: 50 })?.bytes).toBeGreaterThan(30_000);
      controller.result(attempt * 100 + 50, undefined, 1_000_000);
    }
    expect(controller.take(400, conditions)).toBeUndefined();
    expect(controller.take(9000, conditions)).toBeDefined();
    expect(controller.take(10_000, conditions)).toBeUndefined();
    expect(controller.take(18_000, conditions)).toBeDefined();
  });

  it("probes in doubt although the estimate suffices", () => {
    const controller = new ProbeController(1_000_000);
    const enough = { ...conditions, estimateBps: 4_000_000 };
    expect(controller.take(0, enough)).toBeUndefined();
    expect(controller.take(100, { ...enough, inDoubt: true })).toBeDefined();
  });
});
