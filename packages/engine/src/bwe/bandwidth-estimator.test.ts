import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { BandwidthEstimator } from "./bandwidth-estimator.ts";
import { PacketResultLog } from "./packet-result-log.ts";

/** Tells the estimator of `bps` sent from one millisecond to another, with 25 ms of delay, every 50 ms. */
function feed(
  estimator: BandwidthEstimator,
  options: { fromMs: number; toMs: number; bps: number; lost?: (packet: number) => boolean },
): void {
  const log = new PacketResultLog();
  const gap = (1000 * 8e3) / options.bps;
  let packet = 0;
  for (let at = options.fromMs; at < options.toMs; at += 50) {
    log.clear();
    for (; options.fromMs + packet * gap < at + 50; packet++) {
      const sent = (options.fromMs + packet * gap) * 1000;
      log.add(sent, options.lost?.(packet) ? Number.NaN : sent + 25_000, 1000, 0);
    }
    estimator.onFeedback(at + 75, log);
    estimator.poll(at + 75);
  }
}

describe("bandwidth estimator", () => {
  it("starts with an assumption within its bounds, and says that it is one", () => {
    const { path } = new BandwidthEstimator({ startBps: 700_000 });
    expect(path).toMatchObject({
      estimateBps: 700_000,
      pacingBps: 1_750_000,
      measured: false,
      usage: "normal",
    });
    expect(new BandwidthEstimator({ maxBps: 500_000 }).path.estimateBps).toBe(500_000);
  });

  it("does not probe before anything has arrived, nor when nothing is wanted", () => {
    const estimator = new BandwidthEstimator();
    expect(estimator.takeProbe(0)).toBeUndefined();
    feed(estimator, { fromMs: 0, toMs: 50, bps: 500_000 });
    estimator.setWanted(0);
    expect(estimator.takeProbe(100)).toBeUndefined();
    estimator.setWanted(2_500_000);
    expect(estimator.takeProbe(120)).toMatchObject({ cluster: 1, rateBps: 3_000_000 });
  });

  it("does not outgrow what is wanted", () => {
    const estimator = new BandwidthEstimator();
    estimator.setWanted(1_000_000);
    feed(estimator, { fromMs: 0, toMs: 60_000, bps: 1_400_000 });
    expect(estimator.path.estimateBps).toBeLessThan(1_520_000);
  });

  it("halves every second while nothing is heard, and keeps the bounds", () => {
    const estimator = new BandwidthEstimator({ startBps: 2_000_000 });
    estimator.setWanted(2_000_000);
    feed(estimator, { fromMs: 0, toMs: 2000, bps: 1_500_000 });
    const before = estimator.path.estimateBps;
    for (let at = 2000; at < 4000; at += 20) estimator.poll(at);
    expect(estimator.path.estimateBps).toBe(before / 2);
    for (let at = 4000; at < 16_000; at += 20) estimator.poll(at);
    expect(estimator.path.estimateBps).toBe(before / 8);
  });

  it("takes the old rate up again when the silence was ours", () => {
    const estimator = new BandwidthEstimator({ startBps: 2_000_000 });
    estimator.setWanted(2_000_000);
    feed(estimator, { fromMs: 0, toMs: 2000, bps: 1_500_000 });
    const before = estimator.path.estimateBps;
    for (let at = 2000; at < 8000; at += 20) estimator.poll(at);
    expect(estimator.path.estimateBps).toBeLessThan(before / 4);
    feed(estimator, { fromMs: 8000, toMs: 8100, bps: 1_500_000 });
    expect(estimator.path.estimateBps).toBeGreaterThanOrEqual(before);
  });

  it("does not mind silence while nothing is wanted", () => {
    const estimator = new BandwidthEstimator();
    feed(estimator, { fromMs: 0, toMs: 2000, bps: 800_000 });
    estimator.setWanted(0);
    const before = estimator.path.estimateBps;
    for (let at = 2000; at < 10_000; at += 20) estimator.poll(at);
    expect(estimator.path.estimateBps).toBe(before);
  });

  it("follows REMB where no transport feedback comes, less what losses say", () => {
    const estimator = new BandwidthEstimator();
    estimator.onRemb(0, 3_000_000);
    expect(estimator.path).toMatchObject({ estimateBps: 3_000_000, measured: true });
    estimator.onRemb(500, 400_000);
    expect(estimator.path.estimateBps).toBe(400_000);
    estimator.onReceiverReport(1000, { lossRatio: 0.2, roundTripMs: 80 });
    expect(estimator.path.estimateBps).toBe(360_000);
    estimator.onRemb(1500, 3_000_000);
    expect(estimator.path.estimateBps).toBe(360_000);
    estimator.onReceiverReport(2000, { lossRatio: 0 });
    estimator.onRemb(2500, 3_000_000);
    expect(estimator.path).toMatchObject({ estimateBps: 3_000_000, roundTripMs: 80, lossRatio: 0 });
  });

  it("lives on receiver reports alone, within what is wanted", () => {
    const estimator = new BandwidthEstimator();
    estimator.setWanted(1_000_000);
    for (let at = 0; at < 60_000; at += 1000)
      estimator.onReceiverReport(at, { lossRatio: 0, roundTripMs: 40 });
    expect(estimator.path.estimateBps).toBe(1_500_000);
    for (let at = 60_000; at < 65_000; at += 1000)
      estimator.onReceiverReport(at, { lossRatio: 0.3, roundTripMs: 40 });
    expect(estimator.path.estimateBps).toBeLessThan(800_000);
    expect(estimator.path.lossRatio).toBe(0.3);
  });

  it("takes REMB for a limit where there is transport feedback, and forgets an old one", () => {
    const estimator = new BandwidthEstimator();
    feed(estimator, { fromMs: 0, toMs: 1000, bps: 900_000 });
    estimator.onRemb(1000, 300_000);
    expect(estimator.path.estimateBps).toBe(300_000);
    feed(estimator, { fromMs: 1000, toMs: 12_000, bps: 900_000 });
    expect(estimator.path.estimateBps).toBeGreaterThan(900_000);
  });

  it("stays where it is when transport feedback ends for good and reports go on", () => {
    const estimator = new BandwidthEstimator();
    estimator.setWanted(2_000_000);
    feed(estimator, { fromMs: 0, toMs: 4000, bps: 900_000 });
    for (let at = 4000; at < 19_000; at += 20) estimator.poll(at);
    const { estimateBps } = estimator.path;
    estimator.onReceiverReport(19_100, { lossRatio: 0, roundTripMs: 40 });
    expect(estimator.path.estimateBps / estimateBps).toBeCloseTo(1, 1);
    for (let at = 20_000; at < 30_000; at += 1000)
      estimator.onReceiverReport(at, { lossRatio: 0, roundTripMs: 40 });
    expect(estimator.path.estimateBps).toBeGreaterThan(1.5 * estimateBps);
  });

  it("keeps its head whatever it is told", () => {
    const random = new SeededRandom(8);
    const odd = [0, -1, 1, Number.NaN, 2 ** 40, -(2 ** 40), 2 ** 53, 0.5, Number.POSITIVE_INFINITY];
    for (let run = 0; run < 30; run++) {
      const estimator = new BandwidthEstimator();
      if (random.next() < 0.7) estimator.setWanted(random.integer(0, 5_000_000));
      const log = new PacketResultLog();
      let sent = random.integer(0, 1e9);
      let nowMs = 0;
      for (let step = 0; step < 150; step++) {
        nowMs += random.integer(0, 120);
        log.clear();
        for (let packet = random.integer(0, 40); packet > 0; packet--) {
          sent += random.integer(-2000, 5000);
          const arrival = random.next() < 0.1 ? random.pick(odd) : sent + random.integer(-50_000, 900_000);
          log.add(
            random.next() < 0.02 ? random.pick(odd) : sent,
            arrival,
            random.integer(0, 65_535),
            random.integer(0, 7),
          );
        }
        estimator.onFeedback(nowMs, log);
        if (random.next() < 0.1) estimator.onRemb(nowMs, random.integer(0, 9_000_000));
        if (random.next() < 0.1)
          estimator.onReceiverReport(nowMs, {
            lossRatio: random.next(),
            roundTripMs: random.integer(-5, 900),
          });
        estimator.poll(nowMs);
        estimator.takeProbe(nowMs);
        const { estimateBps, pacingBps, burstBytes, lossRatio } = estimator.path;
        expect(estimateBps).toBeGreaterThanOrEqual(60_000);
        expect(estimateBps).toBeLessThanOrEqual(50_000_000);
        // Less than the estimate only while a queue drains.
        expect(pacingBps).toBeGreaterThanOrEqual(estimateBps * 0.24);
        expect(Number.isInteger(burstBytes)).toBe(true);
        expect(lossRatio).toBeGreaterThanOrEqual(0);
        expect(lossRatio).toBeLessThanOrEqual(1);
      }
    }
  });
});
