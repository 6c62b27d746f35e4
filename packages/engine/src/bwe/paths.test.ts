import type { LinkOptions } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { type Sample, type SessionOptions, SimulatedSession } from "./simulated-session.fixture.ts";

const TOP_BPS = 2_500_000;
const SEEDS = [1, 2, 3];

function watch(options: SessionOptions, seconds: number): SimulatedSession {
  const session = new SimulatedSession(options);
  session.run(seconds);
  return session;
}

const TEN_MEGABIT: LinkOptions = { delayMs: 25, bandwidthBps: 10_000_000 };

/** Samples between two moments, in seconds. */
function between(session: SimulatedSession, from: number, to = Number.POSITIVE_INFINITY): Sample[] {
  return session.samples.filter(({ atMs }) => atMs > from * 1000 && atMs <= to * 1000);
}

/** The value that a share of the samples does not exceed. */
function quantile(samples: readonly Sample[], key: "estimateBps" | "queueMs", share: number): number {
  const values = samples.map((sample) => sample[key]).sort((left, right) => left - right);
  return values[Math.floor(share * (values.length - 1))]!;
}

function topShare(samples: readonly Sample[]): number {
  return samples.filter(({ layer }) => layer === 2).length / samples.length;
}

function switches(samples: readonly Sample[]): number {
  return samples.filter(({ layer }, index) => index > 0 && layer !== samples[index - 1]!.layer).length;
}

/** Seconds from `from` until `holds` first does. */
function secondsUntil(session: SimulatedSession, from: number, holds: (sample: Sample) => boolean): number {
  const found = between(session, from).find(holds);
  return found === undefined ? Number.POSITIVE_INFINITY : found.atMs / 1000 - from;
}

describe.each(SEEDS)("a viewer's estimate (seed %i)", (seed) => {
  it("allows the best of three layers within a second on 10 Mbit/s", () => {
    const session = watch({ seed, link: TEN_MEGABIT }, 20);
    expect(secondsUntil(session, 0, ({ estimateBps }) => estimateBps > TOP_BPS)).toBeLessThan(1);
    expect(quantile(between(session, 1), "estimateBps", 0)).toBeGreaterThan(TOP_BPS);
  });

  it("keeps the best layer under 5 % random loss and 50 ms round trip", () => {
    const session = watch({ seed, link: { ...TEN_MEGABIT, loss: 0.05 } }, 60);
    expect(quantile(between(session, 1), "estimateBps", 0)).toBeGreaterThan(TOP_BPS);
    expect(topShare(between(session, 2))).toBe(1);
  });

  it("keeps the best layer nearly always under bursts of 10 % loss", () => {
    const session = watch({ seed, link: { ...TEN_MEGABIT, loss: 0.1, lossBurst: 5 } }, 60);
    expect(topShare(between(session, 5))).toBeGreaterThan(0.9);
    expect(switches(between(session, 5))).toBeLessThanOrEqual(6);
  });

  it("drops with the bandwidth within a second and returns with it within five", () => {
    const session = watch({ seed, link: { delayMs: 25, bandwidthBps: 5_000_000 } }, 20);
    session.configure({ bandwidthBps: 400_000 });
    session.run(20);
    session.configure({ bandwidthBps: 5_000_000 });
    session.run(20);
    expect(secondsUntil(session, 20, ({ estimateBps }) => estimateBps < 450_000)).toBeLessThan(0.5);
    expect(secondsUntil(session, 20, ({ layer }) => layer === 0)).toBeLessThan(1);
    const low = between(session, 25, 40);
    expect(quantile(low, "estimateBps", 1)).toBeLessThan(450_000);
    expect(quantile(low, "estimateBps", 0.5)).toBeGreaterThan(200_000);
    expect(quantile(between(session, 29, 40), "queueMs", 0.95)).toBeLessThan(200);
    expect(secondsUntil(session, 40, ({ layer }) => layer === 2)).toBeLessThan(5);
    expect(switches(between(session, 41))).toBeLessThanOrEqual(4);
  });

  it("is not shaken by 200 ms of jitter, in order or not", () => {
    for (const reorder of [0, 1]) {
      const link = { ...TEN_MEGABIT, jitterMs: 200, reorder, reorderMs: 1 };
      const session = watch({ seed, link }, 60);
      expect(topShare(between(session, 10))).toBeGreaterThan(0.9);
    }
  });

  it("takes reordered packets for what they are", () => {
    const session = watch({ seed, link: { ...TEN_MEGABIT, reorder: 0.25, reorderMs: 50 } }, 60);
    expect(quantile(between(session, 2), "estimateBps", 0)).toBeGreaterThan(TOP_BPS);
    expect(session.estimator.path.lossRatio).toBeLessThan(0.005);
  });

  it("is back within two seconds of an outage of five", () => {
    const session = watch({ seed, link: TEN_MEGABIT }, 20);
    session.configure({ loss: 1 });
    session.run(5);
    expect(session.estimator.path.estimateBps).toBeLessThan(1_000_000);
    session.configure({ loss: 0 });
    session.run(10);
    expect(secondsUntil(session, 25, ({ layer }) => layer === 2)).toBeLessThan(2);
    expect(topShare(between(session, 27))).toBe(1);
  });

  it("rides out short bursts of other traffic", () => {
    const crossTraffic = (nowMs: number) => (nowMs % 5000 < 400 ? 400 : 0);
    const session = watch({ seed, link: { delayMs: 25, bandwidthBps: 5_000_000 }, crossTraffic }, 60);
    expect(topShare(between(session, 3))).toBeGreaterThan(0.9);
    expect(switches(between(session, 3))).toBeLessThanOrEqual(6);
  });

  it("shares the path with traffic that stays", () => {
    const crossTraffic = (nowMs: number) => (nowMs > 20_000 ? 350 : 0);
    const session = watch({ seed, link: { delayMs: 25, bandwidthBps: 4_000_000 }, crossTraffic }, 50);
    expect(secondsUntil(session, 20, ({ layer }) => layer < 2)).toBeLessThan(2);
    expect(quantile(between(session, 25), "queueMs", 0.95)).toBeLessThan(250);
  });

  it("finds 150 kbit/s, and does not fill the queue for good", () => {
    const link = { delayMs: 50, bandwidthBps: 150_000 };
    const session = watch({ seed, link, layers: [60_000, 500_000, TOP_BPS] }, 60);
    const settled = between(session, 10);
    expect(quantile(settled, "estimateBps", 0.5)).toBeGreaterThan(100_000);
    expect(quantile(settled, "estimateBps", 0.95)).toBeLessThan(250_000);
    expect(quantile(settled, "queueMs", 0.5)).toBeLessThan(300);
    expect(quantile(settled, "queueMs", 0.95)).toBeLessThan(800);
  });

  it("finds 20 of 100 Mbit/s when so much is wanted", () => {
    const link = { delayMs: 5, bandwidthBps: 100_000_000, queueBytes: 500_000 };
    const session = watch({ seed, link, layers: [150_000, 2_000_000, 20_000_000] }, 10);
    expect(secondsUntil(session, 0, ({ estimateBps }) => estimateBps > 21_000_000)).toBeLessThan(2);
    expect(quantile(between(session, 3), "estimateBps", 1)).toBeLessThan(33_000_000);
  });

  it("obeys a bottleneck with a queue too small to show in the delay", () => {
    const session = watch({ seed, link: { delayMs: 25, bandwidthBps: 5_000_000, queueBytes: 5000 } }, 20);
    session.configure({ bandwidthBps: 1_500_000 });
    session.run(20);
    session.configure({ bandwidthBps: 5_000_000 });
    session.run(20);
    expect(secondsUntil(session, 20, ({ layer }) => layer < 2)).toBeLessThan(1.3);
    expect(quantile(between(session, 25, 40), "estimateBps", 1)).toBeLessThan(2_000_000);
    expect(topShare(between(session, 22, 40))).toBe(0);
    expect(secondsUntil(session, 40, ({ layer }) => layer === 2)).toBeLessThan(10);
  });

  it("tells losses of the path from those of a small queue when there are both", () => {
    const link = { delayMs: 25, bandwidthBps: 2_000_000, queueBytes: 5000, loss: 0.05 };
    const session = watch({ seed, link }, 60);
    expect(quantile(between(session, 10), "estimateBps", 0.5)).toBeGreaterThan(1_200_000);
    expect(quantile(between(session, 10), "estimateBps", 1)).toBeLessThan(2_500_000);
  });

  it("keeps a queue of a second short", () => {
    const session = watch({ seed, link: { delayMs: 25, bandwidthBps: 2_000_000, queueBytes: 250_000 } }, 60);
    expect(quantile(between(session, 3), "queueMs", 0.99)).toBeLessThan(150);
    expect(quantile(between(session, 3), "estimateBps", 0.05)).toBeGreaterThan(1_500_000);
    expect(quantile(between(session, 3), "estimateBps", 1)).toBeLessThan(2_400_000);
  });

  it("does not swing between layers where the best one just about fits", () => {
    for (const bandwidthBps of [2_600_000, 2_800_000, 3_000_000, 3_200_000]) {
      const session = watch({ seed, link: { delayMs: 25, bandwidthBps } }, 120);
      expect(switches(session.samples)).toBeLessThanOrEqual(12);
      expect(quantile(between(session, 3), "queueMs", 0.99)).toBeLessThan(250);
    }
  });

  it("takes a path that becomes longer for a queue, but not for long", () => {
    const session = watch({ seed, link: TEN_MEGABIT }, 20);
    session.configure({ delayMs: 225 });
    session.run(40);
    expect(topShare(between(session, 26))).toBe(1);
  });

  it("begins anew when it is told of another path", () => {
    const session = watch({ seed, link: TEN_MEGABIT }, 20);
    session.configure({ delayMs: 125, bandwidthBps: 700_000 });
    session.estimator.onPathChange(session.nowMs);
    session.run(20);
    expect(secondsUntil(session, 20, ({ layer }) => layer < 2)).toBeLessThan(1.6);
    session.configure({ delayMs: 25, bandwidthBps: 10_000_000 });
    session.estimator.onPathChange(session.nowMs);
    session.run(10);
    expect(secondsUntil(session, 40, ({ layer }) => layer === 2)).toBeLessThan(1.5);
  });

  it("needs no feedback in particular: some may be lost, come twice or late", () => {
    const back = { loss: 0.1, duplicate: 0.2, reorder: 0.2, reorderMs: 200 };
    const session = watch({ seed, link: { ...TEN_MEGABIT, loss: 0.02 }, feedbackMs: 100, back }, 60);
    expect(topShare(between(session, 3))).toBeGreaterThan(0.97);
  });

  it("does not notice that the receiver's clock wraps", () => {
    const receiverMicros = 64_000 * 2 ** 23 - 10_000_000;
    const wrapped = watch({ seed, link: { ...TEN_MEGABIT, loss: 0.02 }, receiverMicros }, 20);
    const straight = watch({ seed, link: { ...TEN_MEGABIT, loss: 0.02 }, receiverMicros: 0 }, 20);
    expect(quantile(between(wrapped, 1), "estimateBps", 0)).toBeGreaterThan(TOP_BPS);
    expect(wrapped.sender.layer).toBe(straight.sender.layer);
    expect(wrapped.samples.every(({ usage }) => usage !== "overuse")).toBe(true);
  });
});
