import { describe, expect, it } from "vitest";
import { GatheredSound } from "./gathered-sound.ts";

/** Somebody who hears: so much waits in their buffer, and so much should. */
class Hearer {
  readonly #gathered = new GatheredSound();
  readonly #entry = {
    ...{ type: "inbound-rtp", kind: "audio", mid: "1", packetsReceived: 0 },
    ...{ jitterBufferDelay: 0, jitterBufferTargetDelay: 0, jitterBufferEmittedCount: 0 },
  };
  #nowMs = 0;

  /** Plays on, looked at every 300 ms; what is to be left out meanwhile. */
  play(ms: number, waitsMs: number, wantedMs: number, comes = true): number[] {
    const found: number[] = [];
    for (const endMs = this.#nowMs + ms; this.#nowMs < endMs; this.#nowMs += 300) {
      const samples = 300 * 48;
      this.#entry.jitterBufferEmittedCount += samples;
      this.#entry.jitterBufferDelay += (samples * waitsMs) / 1000;
      this.#entry.jitterBufferTargetDelay += (samples * wantedMs) / 1000;
      if (comes) this.#entry.packetsReceived += 15;
      const report = new Map([["a", { ...this.#entry }]]) as unknown as RTCStatsReport;
      found.push(...this.#gathered.read(report, this.#nowMs).map((section) => section.ms));
    }
    return found;
  }
}

describe("sound that has gathered in a viewer's buffer", () => {
  it("is left out once, but for a little", () => {
    const hearer = new Hearer();
    expect(hearer.play(2400, 700, 100)).toEqual([540]);
    expect(hearer.play(20_000, 150, 100)).toEqual([]);
  });

  it("is left alone where the network asks for as much, and where it soon is gone", () => {
    const hearer = new Hearer();
    expect(hearer.play(10_000, 700, 600)).toEqual([]);
    for (let times = 0; times < 5; times++) {
      expect(hearer.play(1800, 400, 100)).toEqual([]);
      expect(hearer.play(1800, 100, 100)).toEqual([]);
    }
  });

  it("is all there is while nothing comes", () => {
    expect(new Hearer().play(6000, 700, 100, false)).toEqual([]);
  });

  it("that gathers again and again is left out when the last time has shown", () => {
    const found = new Hearer().play(33_000, 9000, 100);
    expect(found).toEqual([5000, 5000, 5000]);
    expect(new Hearer().play(20_000, 250, 100).length).toBeGreaterThan(3);
  });

  it("is not known where the browser does not say what it wants", () => {
    const gathered = new GatheredSound();
    for (let nowMs = 0; nowMs < 9000; nowMs += 300) {
      const entry = { type: "inbound-rtp", kind: "audio", mid: "1", jitterBufferDelay: nowMs };
      const report = new Map([
        ["a", { ...entry, jitterBufferEmittedCount: nowMs }],
      ]) as unknown as RTCStatsReport;
      expect(gathered.read(report, nowMs)).toEqual([]);
    }
  });
});
