import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { LossController } from "./loss-controller.ts";
import { LossObservations } from "./loss-observations.ts";

const SIZE = 1000;

/** Sends at a rate for some seconds through a bottleneck without a queue and a share of random loss. */
class Sending {
  readonly loss = new LossController();
  readonly #random = new SeededRandom(6);
  #micros = 0;
  #credit = 0;

  run(seconds: number, bps: number, path: { capacityBps?: number; inherent?: number }): void {
    const { capacityBps = Number.POSITIVE_INFINITY, inherent = 0 } = path;
    const until = this.#micros + seconds * 1e6;
    const gap = (SIZE * 8e6) / bps;
    let arrived = 0;
    for (let packet = 1; this.#micros < until; packet++) {
      this.#micros += gap;
      this.#credit = Math.min(2 * SIZE * 8, this.#credit + (capacityBps * gap) / 1e6);
      const fits = this.#credit >= SIZE * 8;
      if (fits) this.#credit -= SIZE * 8;
      const lost = !fits || this.#random.next() < inherent;
      if (!lost) arrived += 1;
      this.loss.add(this.#micros, SIZE, lost);
      this.loss.update(this.#micros / 1000, (bps * arrived) / packet, bps * 1.2);
    }
  }
}

describe("loss controller", () => {
  it("lets losses be that do not come with the rate", () => {
    const sending = new Sending();
    for (const bps of [1_000_000, 2_500_000, 600_000, 2_000_000, 3_000_000])
      sending.run(3, bps, { inherent: 0.05 });
    expect(sending.loss.limitBps).toBe(Number.POSITIVE_INFINITY);
    expect(sending.loss.lossRatio).toBeGreaterThan(0.02);
    expect(sending.loss.lossRatio).toBeLessThan(0.08);
  });

  it("finds the bottleneck by losses alone, within a second", () => {
    const sending = new Sending();
    sending.run(3, 1_000_000, { capacityBps: 2_000_000 });
    expect(sending.loss.limitBps).toBe(Number.POSITIVE_INFINITY);
    sending.run(1, 3_000_000, { capacityBps: 2_000_000 });
    expect(sending.loss.limitBps).toBeLessThan(2_300_000);
    expect(sending.loss.limitBps).toBeGreaterThan(1_700_000);
  });

  it("finds the bottleneck under losses that are there anyway", () => {
    const sending = new Sending();
    const path = { capacityBps: 2_000_000, inherent: 0.05 };
    sending.run(3, 1_000_000, path);
    sending.run(2, 2_800_000, path);
    expect(sending.loss.limitBps).toBeLessThan(2_400_000);
  });

  it("believes a probe that got through, for a while", () => {
    const sending = new Sending();
    sending.run(1, 2_000_000, {});
    sending.loss.proven(1000, 4_000_000);
    expect(sending.loss.inDoubt(1000)).toBe(false);
    sending.run(10, 2_000_000, { inherent: 0.15 });
    expect(sending.loss.limitBps).toBe(Number.POSITIVE_INFINITY);
    expect(sending.loss.inDoubt(25_000)).toBe(true);
    sending.run(30, 2_000_000, { inherent: 0.15 });
    expect(sending.loss.limitBps).toBeLessThan(2_000_000);
  });

  it("takes the loss of nearly half for a bottleneck whatever was proven", () => {
    const sending = new Sending();
    sending.run(1, 2_000_000, {});
    sending.loss.proven(1000, 4_000_000);
    sending.run(1, 2_000_000, { inherent: 0.6 });
    expect(sending.loss.limitBps).toBeLessThan(1_200_000);
  });

  it("lets the limit grow when losses have ended", () => {
    const sending = new Sending();
    sending.run(2, 1_000_000, {});
    sending.run(1, 3_000_000, { capacityBps: 1_500_000 });
    const limited = sending.loss.limitBps;
    expect(limited).toBeLessThan(2_000_000);
    sending.run(12, 1_000_000, {});
    expect(sending.loss.limitBps).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("loss observations", () => {
  function fill(
    observations: LossObservations,
    options: { from: number; count: number; lost?: (n: number) => boolean },
  ) {
    for (let packet = 0; packet < options.count; packet++) {
      observations.add(options.from + packet * 10_000, SIZE, options.lost?.(packet) ?? false);
    }
  }

  it("tell rate, packets, losses and runs of losses, newest first", () => {
    const observations = new LossObservations();
    fill(observations, { from: 0, count: 100, lost: (packet) => packet % 10 < 2 });
    expect(observations.length).toBe(3);
    expect(observations.rate(0)).toBe(800_000);
    expect(observations.packets(1)).toBe(25);
    const lost = observations.lost(0) + observations.lost(1) + observations.lost(2);
    expect(lost).toBeGreaterThanOrEqual(14);
    expect(observations.runs(0) + observations.runs(1) + observations.runs(2)).toBe(8);
  });

  it("take back a loss that comes after all, and let the newest settle from then on", () => {
    const observations = new LossObservations();
    fill(observations, { from: 0, count: 100, lost: (packet) => packet === 30 || packet === 60 });
    expect(observations.lost(0)).toBe(1);
    observations.recover(600_000);
    expect(observations.reordering).toBe(true);
    expect(observations.length).toBe(2);
    fill(observations, { from: 1_000_000, count: 30 });
    expect([observations.lost(0), observations.lost(1), observations.lost(2)]).toEqual([0, 0, 1]);
    fill(observations, { from: 1_300_000, count: 700 });
    expect(observations.reordering).toBe(false);
  });

  it("leave out outages and silence", () => {
    const observations = new LossObservations();
    fill(observations, { from: 0, count: 51 });
    const before = observations.length;
    fill(observations, { from: 510_000, count: 200, lost: () => true });
    expect(observations.length).toBe(before);
    fill(observations, { from: 60_000_000, count: 60 });
    expect(observations.rate(0)).toBe(800_000);
  });
});
