import { SeededRandom } from "@sameroom/base/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EncoderClock } from "./encoder-clock.ts";

const START = 1_700_000_000_000_000;
const MS = 1000;
const SECOND = 1_000_000;
const FRAME = 40 * MS;
const PACKET = 20 * MS;

/** Feeds sound and picture as an encoder muxes them; `delay` tells each unit's way to us, µs. */
class Feed {
  readonly clock = new EncoderClock();
  readonly captures = { audio: [] as number[], video: [] as number[] };

  unit(kind: "audio" | "video", ptsMicros: number, arrivalMicros: number, compositionMicros = 0) {
    const media = this.clock.observe({ kind, ptsMicros, compositionMicros, arrivalMicros });
    const capture = this.clock.capture(kind, media, compositionMicros);
    this.captures[kind].push(capture);
    return { media, capture };
  }

  /** From `from` to `to` on the encoder's timeline, which began at `began` of ours. */
  play(from: number, to: number, began: number, delay: (pts: number) => number = () => 0) {
    for (let pts = from; pts < to; pts += PACKET) {
      const arrival = began + pts + delay(pts);
      if (pts % FRAME === 0) this.unit("video", pts, arrival);
      this.unit("audio", pts, arrival);
    }
  }
}

describe("encoder clock", () => {
  it("takes what comes quickest as presented on arrival", () => {
    const random = new SeededRandom(3);
    const feed = new Feed();
    feed.play(0, 20 * SECOND, START, () => random.integer(0, 60) * MS + 5 * MS);
    const { media, capture } = feed.unit("video", 20 * SECOND, START + 20 * SECOND + 90 * MS);
    expect(Math.abs(capture - (START + 20 * SECOND + 5 * MS))).toBeLessThan(3 * MS);
    expect(feed.clock.toUnixMicros(media)).toBe(capture);
  });

  it("keeps sound and picture of one moment together, whatever the delays", () => {
    const random = new SeededRandom(4);
    const feed = new Feed();
    let worst = 0;
    for (let pts = 0; pts < 30 * SECOND; pts += FRAME) {
      const arrival = START + pts + random.integer(0, 400) * MS;
      const picture = feed.unit("video", pts, arrival);
      const sound = feed.unit("audio", pts, arrival + random.integer(0, 100) * MS);
      expect(sound.media).toBe(picture.media);
      worst = Math.max(worst, Math.abs(sound.capture - picture.capture));
    }
    expect(worst).toBeLessThanOrEqual(5 * MS);
  });

  it("takes a burst at the beginning for what it is once it has settled", () => {
    const clock = new EncoderClock();
    const observe = (pts: number, arrival: number) =>
      clock.observe({ kind: "video", ptsMicros: pts, compositionMicros: 0, arrivalMicros: arrival });
    const first = observe(0, START);
    for (let pts = FRAME; pts <= 500 * MS; pts += FRAME) observe(pts, START + 10 * MS);
    clock.settle();
    const capture = clock.capture("video", first, 0);
    expect(capture).toBe(START + 10 * MS - 480 * MS);
  });

  it("follows an encoder whose clock is 200 ppm off for an hour, in steps nobody notices", () => {
    for (const ppm of [-200, 200]) {
      const feed = new Feed();
      const rate = 1 + ppm / 1e6;
      let before = Number.NEGATIVE_INFINITY;
      for (let at = 0; at < 3600 * SECOND; at += 200 * MS) {
        const { capture } = feed.unit("video", Math.round(at * rate), START + at);
        if (at > 0) expect(Math.abs(capture - before - 200 * MS)).toBeLessThan(2 * MS);
        before = capture;
      }
      expect(Math.abs(before - (START + 3600 * SECOND))).toBeLessThan(220 * MS);
      // A window and a half of drift, no more: 45 s at 200 ppm.
      expect(Math.abs(before + 200 * MS - (START + 3600 * SECOND))).toBeLessThan(15 * MS);
    }
  });

  it("does not move for one stall of the network, and is where it was when the queue is gone", () => {
    const feed = new Feed();
    feed.play(0, 10 * SECOND, START);
    // Eight seconds of silence, then all of it at five times the speed.
    const stalled = (pts: number) => Math.max(0, 8 * SECOND - ((pts - 10 * SECOND) * 4) / 5);
    feed.play(10 * SECOND, 30 * SECOND, START, stalled);
    const { capture } = feed.unit("video", 30 * SECOND, START + 30 * SECOND);
    expect(Math.abs(capture - (START + 30 * SECOND))).toBeLessThan(20 * MS);
  });

  it("goes on later when the encoder itself has rested", () => {
    const feed = new Feed();
    feed.play(0, 10 * SECOND, START);
    feed.play(10 * SECOND, 20 * SECOND, START + 12 * SECOND);
    const { capture } = feed.unit("video", 20 * SECOND, START + 32 * SECOND);
    expect(Math.abs(capture - (START + 32 * SECOND))).toBeLessThan(20 * MS);
  });

  it("leaves no hole where an encoder or its network falls behind for good", () => {
    const feed = new Feed();
    feed.play(0, 10 * SECOND, START);
    let before = feed.unit("video", 10 * SECOND, START + 10 * SECOND).capture;
    for (let pts = 10 * SECOND + FRAME; pts < 120 * SECOND; pts += FRAME) {
      const { capture } = feed.unit("video", pts, START + pts + 6 * SECOND);
      expect(Math.abs(capture - before - FRAME)).toBeLessThan(MS);
      before = capture;
    }
  });

  it("puts a timeline that began anew behind the one before", () => {
    const feed = new Feed();
    feed.play(0, 10 * SECOND, START);
    const before = feed.unit("audio", 10 * SECOND, START + 10 * SECOND);
    const after = feed.unit("audio", 0, START + 10 * SECOND + PACKET);
    expect(Math.abs(after.media - before.media - PACKET)).toBeLessThan(MS);
    expect(Math.abs(after.capture - before.capture - PACKET)).toBeLessThan(MS);
    feed.play(PACKET, 5 * SECOND, START + 10 * SECOND + PACKET);
    const { capture } = feed.unit("video", 5 * SECOND, START + 15 * SECOND + PACKET);
    expect(Math.abs(capture - (START + 15 * SECOND + PACKET))).toBeLessThan(MS);
  });

  it("keeps the kind that has not jumped yet on its old line", () => {
    const feed = new Feed();
    feed.play(100 * SECOND, 110 * SECOND, START);
    const began = START + 110 * SECOND;
    feed.unit("video", 5 * SECOND, began);
    const late = feed.unit("audio", 110 * SECOND, began);
    expect(Math.abs(late.capture - began)).toBeLessThan(MS);
    const joined = feed.unit("audio", 5 * SECOND + PACKET, began + PACKET);
    expect(Math.abs(joined.capture - late.capture - PACKET)).toBeLessThan(MS);
  });

  it("presents no B-frame after it came, and decodes in the order they came in", () => {
    const clock = new EncoderClock();
    const frames = [0, 3, 1, 2, 6, 4, 5].map((place, index) => {
      const ptsMicros = (place + 2) * FRAME;
      const compositionMicros = ptsMicros - index * FRAME;
      const arrivalMicros = START + index * FRAME;
      const media = clock.observe({ kind: "video", ptsMicros, compositionMicros, arrivalMicros });
      return { media, compositionMicros, arrivalMicros };
    });
    clock.settle();
    let decoded = Number.NEGATIVE_INFINITY;
    for (const { media, compositionMicros, arrivalMicros } of frames) {
      const capture = clock.capture("video", media, compositionMicros);
      expect(capture).toBeLessThanOrEqual(arrivalMicros);
      expect(capture - compositionMicros).toBeGreaterThan(decoded);
      decoded = capture - compositionMicros;
    }
  });

  it("gives decoding times that only grow, whatever times it is told", () => {
    const step = fc.record({
      kind: fc.constantFrom("audio" as const, "video" as const),
      ptsMicros: fc.oneof(fc.integer(), fc.integer({ min: 0, max: 60 * SECOND })),
      compositionMicros: fc.integer({ min: 0, max: SECOND }),
      wait: fc.integer({ min: 0, max: 20 * SECOND }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const clock = new EncoderClock();
        const newest = { audio: Number.NEGATIVE_INFINITY, video: Number.NEGATIVE_INFINITY };
        let arrivalMicros = START;
        for (const { wait, ...unit } of steps) {
          arrivalMicros += wait;
          const media = clock.observe({ ...unit, arrivalMicros });
          const decoding = clock.capture(unit.kind, media, unit.compositionMicros) - unit.compositionMicros;
          expect(Number.isFinite(decoding)).toBe(true);
          expect(decoding).toBeGreaterThan(newest[unit.kind]);
          newest[unit.kind] = decoding;
        }
      }),
      { numRuns: 500 },
    );
  });
});
