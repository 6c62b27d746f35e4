import { describe, expect, it } from "vitest";
import { pacingBurstBytes, pacingRateBps } from "../pacer/pacing-rate.ts";
import { AcknowledgedRate } from "./acknowledged-rate.ts";
import { AimdRateControl } from "./aimd-rate-control.ts";

describe("acknowledged rate", () => {
  it("is the rate at which bytes arrive, known once the window has passed", () => {
    const rate = new AcknowledgedRate();
    for (let at = 0; at < 400_000; at += 5000) rate.add(at, 625);
    expect(rate.over(500)).toBeUndefined();
    for (let at = 400_000; at < 2_000_000; at += 5000) rate.add(at, 625);
    expect(rate.over(500)! / 1e6).toBeCloseTo(1, 1);
    expect(rate.over(200)! / 1e6).toBeCloseTo(1, 1);
  });

  it("forgets what is older than the window, sooner for the shorter one", () => {
    const rate = new AcknowledgedRate();
    for (let at = 0; at < 1_000_000; at += 1000) rate.add(at, 1250);
    for (let at = 1_000_000; at < 1_250_000; at += 10_000) rate.add(at, 1250);
    expect(rate.over(200)! / 1e6).toBeCloseTo(1, 0);
    expect(rate.over(500)!).toBeGreaterThan(4_000_000);
  });

  it("counts what comes late in its place, and begins anew when the clock is set", () => {
    const rate = new AcknowledgedRate();
    for (let at = 0; at < 1_000_000; at += 5000) rate.add(at === 500_000 ? 900_000 : at, 625);
    const before = rate.over(500)!;
    rate.add(100_000, 60_000);
    expect(rate.over(500)).toBe(before);
    rate.add(-5e12, 625);
    expect(rate.over(500)).toBeUndefined();
    for (let at = -5e12; at < -5e12 + 1_000_000; at += 5000) rate.add(at, 625);
    expect(rate.over(500)! / 1e6).toBeCloseTo(1, 1);
  });
});

describe("AIMD rate control", () => {
  const options = { roundTripMs: 50, grow: true };

  function rates(bps: number) {
    return { shortBps: bps, longBps: bps };
  }

  it("grows by 8 % a second far from congestion, up to half as much again as arrives", () => {
    const control = new AimdRateControl(1_000_000);
    for (let at = 0; at <= 1000; at += 50) control.update(at, "normal", rates(1_000_000), options);
    expect(control.rateBps).toBeGreaterThan(1_070_000);
    expect(control.rateBps).toBeLessThan(1_100_000);
    for (let at = 1000; at <= 60_000; at += 50) control.update(at, "normal", rates(1_000_000), options);
    expect(control.rateBps).toBe(1_510_000);
  });

  it("keeps what it has when less arrives, or when growing is not wanted", () => {
    const control = new AimdRateControl(4_000_000);
    for (let at = 0; at <= 5000; at += 50) control.update(at, "normal", rates(500_000), options);
    expect(control.rateBps).toBe(4_000_000);
    control.update(5050, "normal", rates(4_000_000), { ...options, grow: false });
    expect(control.rateBps).toBe(4_000_000);
  });

  it("falls to 85 % of what arrives, once in a round trip, and waits while the queue drains", () => {
    const control = new AimdRateControl(2_000_000);
    control.update(0, "overuse", rates(1_500_000), options);
    expect(control.rateBps).toBe(1_275_000);
    control.update(50, "overuse", rates(1_000_000), options);
    expect(control.rateBps).toBe(1_275_000);
    control.update(200, "overuse", rates(1_000_000), options);
    expect(control.rateBps).toBe(850_000);
    for (let at = 250; at <= 1000; at += 50) control.update(at, "underuse", rates(1_000_000), options);
    expect(control.rateBps).toBe(850_000);
  });

  it("falls again at once when it is far above what arrives", () => {
    const control = new AimdRateControl(5_000_000);
    control.update(0, "overuse", rates(4_000_000), options);
    control.update(50, "overuse", rates(400_000), options);
    expect(control.rateBps).toBe(340_000);
  });

  it("goes up by steps where it has met congestion before, and by factors beyond it", () => {
    const control = new AimdRateControl(2_000_000);
    control.update(0, "overuse", rates(2_000_000), options);
    let before = control.rateBps;
    control.update(50, "normal", rates(1_700_000), options);
    for (let at = 100; at <= 1050; at += 50) control.update(at, "normal", rates(1_700_000), options);
    expect(control.rateBps - before).toBeGreaterThan(40_000);
    expect(control.rateBps - before).toBeLessThan(90_000);
    before = control.rateBps;
    for (let at = 1100; at <= 2050; at += 50) control.update(at, "normal", rates(3_000_000), options);
    expect(control.rateBps / before).toBeGreaterThan(1.075);
  });
});

describe("pacing", () => {
  it("runs at two and a half times the estimate, and just above it on a path with a queue or losses", () => {
    expect(pacingRateBps(2_000_000, false)).toBe(5_000_000);
    expect(pacingRateBps(2_000_000, true)).toBe(2_400_000);
  });

  it("lets ten milliseconds leave at once, or two packets where bursts may hurt", () => {
    expect(pacingBurstBytes(5_000_000, false)).toBe(6250);
    expect(pacingBurstBytes(200_000, false)).toBe(2500);
    expect(pacingBurstBytes(1e9, false)).toBe(32_768);
    expect(pacingBurstBytes(5_000_000, true)).toBe(2500);
  });
});
