import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { DelaySensor } from "./delay-sensor.ts";

const FRAME_MICROS = 33_000;

/** Sends frames of three packets for some seconds; `delay` gives the one-way delay, ms, at a second since the start. */
function send(
  sensor: DelaySensor,
  options: { from?: number; seconds: number; delay: (second: number) => number; cluster?: number },
): string[] {
  const usages: string[] = [];
  const { from = 0, seconds, delay, cluster = 0 } = options;
  for (let at = from * 1e6; at < (from + seconds) * 1e6; at += FRAME_MICROS) {
    for (let packet = 0; packet < 3; packet++) {
      const sent = at + packet * 500;
      sensor.add(sent, sent + 1000 * delay(sent / 1e6), 1000, cluster);
    }
    usages.push(sensor.usage());
  }
  return usages;
}

describe("delay sensor", () => {
  it("finds nothing in a delay that stays", () => {
    const sensor = new DelaySensor();
    expect(new Set(send(sensor, { seconds: 5, delay: () => 80 }))).toEqual(new Set(["normal"]));
    expect(sensor.calm).toBe(true);
    expect(sensor.drainShare).toBe(1);
    expect(sensor.jitterMs).toBeLessThan(0.01);
  });

  it("calls a tenth too much overuse before the queue is 200 ms long, and the queue's end underuse", () => {
    const sensor = new DelaySensor();
    send(sensor, { seconds: 2, delay: () => 20 });
    const rising = send(sensor, { from: 2, seconds: 4, delay: (second) => 20 + 100 * (second - 2) });
    const first = (rising.indexOf("overuse") * FRAME_MICROS) / 1e6;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(2);
    const falling = send(sensor, { from: 6, seconds: 2, delay: (second) => 420 - 200 * (second - 6) });
    expect(falling).toContain("underuse");
    expect(send(sensor, { from: 8, seconds: 4, delay: () => 20 }).at(-1)).toBe("normal");
  });

  it("calls ten times too much overuse within 300 ms", () => {
    const sensor = new DelaySensor();
    send(sensor, { seconds: 2, delay: () => 20 });
    const rising = send(sensor, { from: 2, seconds: 1, delay: (second) => 20 + 900 * (second - 2) });
    expect((rising.indexOf("overuse") * FRAME_MICROS) / 1e6).toBeLessThan(0.3);
    expect(rising).toContain("overuse");
  });

  it("takes jitter for noise, and measures it", () => {
    const sensor = new DelaySensor();
    const random = new SeededRandom(4);
    const usages = send(sensor, { seconds: 60, delay: () => 20 + 60 * random.next() });
    expect(usages.filter((usage) => usage === "overuse").length / usages.length).toBeLessThan(0.01);
    expect(sensor.jitterMs).toBeGreaterThan(10);
    expect(sensor.jitterMs).toBeLessThan(30);
  });

  it("does not take a burst that drains for a queue", () => {
    const sensor = new DelaySensor();
    const burst = (second: number) => 20 + 90 * Math.max(0, 1 - (second % 2) / 0.15);
    expect(send(sensor, { seconds: 20, delay: burst })).not.toContain("overuse");
  });

  it("knows how long its own burst queues at the rate expected", () => {
    const keyframe = (rateBps: number) => {
      const sensor = new DelaySensor();
      sensor.expect(rateBps);
      send(sensor, { seconds: 2, delay: () => 20 });
      const usages: string[] = [];
      // 100 packets of 1,000 bytes at once, through 2 Mbit/s.
      for (let packet = 1; packet <= 100; packet++) {
        sensor.add(2e6 + packet, 2e6 + 20_000 + packet * 4000, 1000, 0);
        usages.push(sensor.usage());
      }
      return usages;
    };
    expect(keyframe(2_200_000)).not.toContain("overuse");
    expect(keyframe(10_000_000)).toContain("overuse");
  });

  it("forgives a probe the queue that it makes", () => {
    const sensor = new DelaySensor();
    send(sensor, { seconds: 2, delay: () => 20 });
    const rising = { from: 2, seconds: 0.4, delay: (second: number) => 20 + 900 * (second - 2) };
    expect(send(sensor, { ...rising, cluster: 1 })).not.toContain("overuse");
    const after = { from: 2.4, seconds: 0.7, delay: (second: number) => 380 + 900 * (second - 2.4) };
    expect(send(sensor, after)).toContain("overuse");
  });

  it("asks for less while a queue stands still, until it is the path's own delay", () => {
    const sensor = new DelaySensor();
    send(sensor, { seconds: 5, delay: () => 20 });
    send(sensor, { from: 5, seconds: 2, delay: () => 520 });
    expect(sensor.calm).toBe(false);
    expect(sensor.drainShare).toBeLessThan(0.85);
    expect(sensor.drainShare).toBeGreaterThanOrEqual(0.6);
    send(sensor, { from: 7, seconds: 30, delay: () => 520 });
    expect(sensor.drainShare).toBe(1);
  });

  it("goes on when the receiver's clock is set, forward or back", () => {
    const sensor = new DelaySensor();
    send(sensor, { seconds: 2, delay: () => 20 });
    send(sensor, { from: 2, seconds: 2, delay: () => 3_600_000 });
    send(sensor, { from: 4, seconds: 2, delay: () => 20 });
    send(sensor, { from: 6, seconds: 30, delay: () => -3_600_000 });
    expect(send(sensor, { from: 36, seconds: 5, delay: () => -3_600_000 }).at(-1)).toBe("normal");
    expect(sensor.calm).toBe(true);
    const from = 41;
    const rising = (second: number) => -3_600_000 + 500 * (second - from);
    expect(send(sensor, { from, seconds: 2, delay: rising })).toContain("overuse");
  });
});
