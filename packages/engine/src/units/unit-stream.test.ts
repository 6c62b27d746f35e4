import { SeededRandom } from "@sameroom/base/testing";
import type { AccessUnit } from "@sameroom/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UnitStream, type UnitStreamOptions } from "./unit-stream.ts";
import { opusPacket, SSRC, vp8Packet, vp8Packets } from "./units.fixture.ts";

const START = 1_800_000_000_000_000;
const pictures = (options: Partial<UnitStreamOptions> = {}) =>
  new UnitStream({ codec: "vp8", clockRate: 90_000, kind: "video", ...options });
const sounds = (options: Partial<UnitStreamOptions> = {}) =>
  new UnitStream({ codec: "opus", clockRate: 48_000, kind: "audio", ...options });
const seconds = (units: AccessUnit[]) => units.map(({ captureMicros }) => (captureMicros - START) / 1e6);

/** Feeds picture `index` of 25 a second, captured then; gives when it arrives. */
function feed(
  stream: UnitStream,
  index: number,
  options: { keyframe?: boolean; delay?: number; first?: number } = {},
) {
  const { keyframe = index === 0, delay = 50_000, first = 65_000 } = options;
  const arrival = START + index * 40_000 + delay;
  stream.take(
    vp8Packet({ sequenceNumber: first + index, timestamp: 0xffff_0000 + index * 3600, keyframe }),
    arrival,
  );
  return arrival;
}

describe("unit stream", () => {
  it("makes pictures of packets, and capture times of sender reports, through both wraps", () => {
    const stream = pictures();
    stream.clock({ unixMicros: START, rtpTimestamp: 0xffff_0000 });
    for (let index = 0; index < 1000; index += 1) feed(stream, index);
    const units = stream.poll(START + 41_000_000);
    expect(units).toHaveLength(1000);
    expect(units[0]!.format).toMatchObject({ codec: "vp8", width: 320, height: 240 });
    expect(units.every(({ format }) => format === units[0]!.format)).toBe(true);
    expect(seconds(units)[999]).toBeCloseTo(39.96, 4);
    expect(units.filter(({ keyframe }) => keyframe)).toHaveLength(1);
  });

  it("puts packets in order, and takes each once", () => {
    const random = new SeededRandom(7);
    const stream = pictures();
    stream.clock({ unixMicros: START, rtpTimestamp: 0 });
    const order = Array.from({ length: 400 }, (_, index) => ({ index, at: index + random.next() * 6 }));
    order.sort((left, right) => left.at - right.at);
    const start = order.findIndex(({ index }) => index === 0);
    order.unshift(...order.splice(start, 1));
    const units: AccessUnit[] = [];
    for (const { index, at } of order) {
      const packet = vp8Packet({
        sequenceNumber: 65_400 + index,
        timestamp: index * 3600,
        keyframe: index === 0,
      });
      stream.take(packet, START + at * 40_000);
      if (random.next() < 0.3) stream.take(packet, START + at * 40_000);
      units.push(...stream.poll(START + at * 40_000));
    }
    expect(seconds(units)).toEqual(
      Array.from({ length: 400 }, (_, index) => expect.closeTo(index * 0.04, 3)),
    );
  });

  it("waits for a missing packet only so long, then holds the picture until the keyframe it asks for", () => {
    const stream = pictures({ latencyMs: 200 });
    let asked = 0;
    stream.onKeyframeWanted = () => {
      asked += 1;
    };
    for (let index = 0; index < 10; index += 1) if (index !== 4) feed(stream, index);
    expect(stream.poll(START + 410_000)).toHaveLength(4);
    expect(asked).toBe(0);
    expect(stream.poll(START + 460_000)).toHaveLength(0);
    expect(asked).toBe(1);
    for (let index = 10; index < 20; index += 1) feed(stream, index, { keyframe: index === 15 });
    expect(stream.poll(START + 900_000).map(({ keyframe }) => keyframe)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(asked).toBe(1);
  });

  it("takes a repaired packet in time as if it had never been lost", () => {
    const stream = pictures({ latencyMs: 200 });
    for (let index = 0; index < 10; index += 1) if (index !== 4) feed(stream, index);
    feed(stream, 4, { delay: 300_000 });
    expect(stream.poll(START + 460_000)).toHaveLength(10);
  });

  it("leaves out a picture of which a part is missing", () => {
    const stream = pictures({ latencyMs: 100 });
    const all = [0, 1, 2].flatMap((index) =>
      vp8Packets({ sequenceNumber: index * 2, timestamp: index * 3600, keyframe: index === 0 }),
    );
    all.splice(3, 1);
    for (const packet of all) stream.take(packet, START);
    expect(stream.poll(START + 200_000)).toHaveLength(1);
  });

  it("asks for a keyframe again while none comes", () => {
    const stream = pictures();
    let asked = 0;
    stream.onKeyframeWanted = () => {
      asked += 1;
    };
    for (let index = 0; index < 100; index += 1) stream.poll(feed(stream, index, { keyframe: false }));
    expect(asked).toBe(4);
  });

  it("begins with arrivals, and moves to what sender reports say without a jump or a step back", () => {
    for (const truth of [-400_000, -80_000, 40_000]) {
      const stream = pictures();
      const units: AccessUnit[] = [];
      for (let index = 0; index < 250; index += 1) {
        if (index === 50)
          stream.clock({
            unixMicros: START + 2_000_000 + 50_000 + truth,
            rtpTimestamp: 0xffff_0000 + 50 * 3600,
          });
        units.push(...stream.poll(feed(stream, index)));
      }
      const times = seconds(units);
      expect(times[0]).toBeCloseTo(0.05, 4);
      expect(times[249]).toBeCloseTo(249 * 0.04 + 0.05 + truth / 1e6, 3);
      for (let index = 1; index < 250; index += 1) {
        const step = times[index]! - times[index - 1]!;
        expect(step).toBeGreaterThan(0.019);
        expect(step).toBeLessThan(0.061);
      }
    }
  });

  it("does not believe reports that packets' arrivals contradict: a host whose clock was set", () => {
    const stream = pictures();
    stream.clock({ unixMicros: START, rtpTimestamp: 0xffff_0000 });
    const units: AccessUnit[] = [];
    for (let index = 0; index < 100; index += 1) {
      const rtpTimestamp = (0xffff_0000 + index * 3600) >>> 0;
      if (index === 30) stream.clock({ unixMicros: START + 3600e6, rtpTimestamp });
      if (index === 60) stream.clock({ unixMicros: START - 3600e6, rtpTimestamp });
      if (index === 70) stream.clock({ unixMicros: Number.NaN, rtpTimestamp });
      units.push(...stream.poll(feed(stream, index)));
    }
    expect(seconds(units)[99]).toBeCloseTo(99 * 0.04, 4);
  });

  it("goes on in time when timestamps begin anew, with another SSRC or the same", () => {
    for (const ssrc of [SSRC, 0x1234]) {
      const stream = pictures();
      stream.clock({ unixMicros: START, rtpTimestamp: 0xffff_0000 });
      const units: AccessUnit[] = [];
      for (let index = 0; index < 50; index += 1) units.push(...stream.poll(feed(stream, index)));
      for (let index = 50; index < 150; index += 1) {
        const sequenceNumber = ssrc === SSRC ? 65_000 + index : 100 + index;
        const timestamp = 12_345_678 + index * 3600;
        const arrival = START + index * 40_000 + 50_000;
        stream.take(vp8Packet({ sequenceNumber, timestamp, ssrc, keyframe: index % 50 === 0 }), arrival);
        units.push(...stream.poll(arrival));
      }
      expect(units).toHaveLength(150);
      const times = seconds(units);
      for (let index = 1; index < 150; index += 1) expect(times[index]!).toBeGreaterThan(times[index - 1]!);
      expect(times[149]).toBeGreaterThan(149 * 0.04 - 0.01);
      expect(times[149]).toBeLessThan(149 * 0.04 + 0.1);
    }
  });

  it("fills lost sound, and sound that rests, with silence in its exact place", () => {
    const stream = sounds({ latencyMs: 100, restMs: 300 });
    stream.clock({ unixMicros: START, rtpTimestamp: 5000 });
    const units: AccessUnit[] = [];
    const until = (fromMs: number, toMs: number, hasPacket: (index: number) => boolean) => {
      for (let atMs = fromMs; atMs < toMs; atMs += 20) {
        const index = atMs / 20;
        if (hasPacket(index))
          stream.take(
            opusPacket({ sequenceNumber: index, timestamp: 5000 + index * 960 }),
            START + atMs * 1000 + 30_000,
          );
        units.push(...stream.poll(START + atMs * 1000 + 30_000));
      }
    };
    until(0, 1000, (index) => index < 10 || index > 14);
    until(1000, 3000, () => false);
    until(3000, 4000, () => true);
    expect(units).toHaveLength(200);
    for (const [index, { captureMicros, samples }] of units.entries()) {
      expect(samples).toBe(960);
      expect(captureMicros - START).toBeCloseTo(index * 20_000, -1);
    }
    const silent = units.flatMap(({ data }, index) => (data.length === 3 ? [index] : []));
    expect(silent.slice(0, 5)).toEqual([10, 11, 12, 13, 14]);
    expect(silent).toHaveLength(5 + 100);
  });

  it("hears a sender again soon whose timestamps stood still while it rested, in its place", () => {
    for (const restMs of [1000, 2500, 12_000]) {
      const stream = sounds();
      stream.clock({ unixMicros: START, rtpTimestamp: 0 });
      const units: AccessUnit[] = [];
      for (let ms = 0; ms < restMs + 10_000; ms += 20) {
        // The newest report, again and again.
        if (ms % 100 === 0) {
          const isNew = ms >= restMs + 8000;
          const rtpTimestamp = isNew ? (ms - restMs) * 48 : 0;
          stream.clock({ unixMicros: START + (isNew ? ms * 1000 : 0), rtpTimestamp });
        }
        const index = (ms < 4000 ? ms : ms - restMs) / 20;
        if (ms < 4000 || ms >= 4000 + restMs)
          stream.take(
            opusPacket({ sequenceNumber: index, timestamp: index * 960 }),
            START + ms * 1000 + 30_000,
          );
        units.push(...stream.poll(START + ms * 1000 + 31_000));
      }
      const heard = seconds(units.filter(({ data }) => data.length !== 3));
      const back = heard.find((second) => second > 4 + restMs / 1000);
      expect(back).toBeLessThan(4 + restMs / 1000 + 0.4);
      const ends = units.map(({ captureMicros, samples }) => captureMicros + (samples * 1000) / 48);
      const holes = units.filter(({ captureMicros }, index) => captureMicros - ends[index - 1]! > 21_000);
      expect(holes).toHaveLength(restMs > 10_000 ? 1 : 0);
      // In its place: what was captured last is the newest.
      expect(seconds(units.slice(-1))[0]).toBeCloseTo(restMs / 1000 + 10 - 0.02, 1);
    }
  });

  it("makes no silence for ever of a sender who is gone", () => {
    const stream = sounds();
    stream.take(opusPacket({ sequenceNumber: 1, timestamp: 0 }), START);
    let units = 0;
    for (let atMs = 0; atMs < 60_000; atMs += 20) units += stream.poll(START + atMs * 1000).length;
    expect(units).toBe(1 + 250);
    stream.take(opusPacket({ sequenceNumber: 2, timestamp: 60 * 48_000 }), START + 60e6);
    const [back, ...none] = stream.poll(START + 60e6);
    expect(none).toEqual([]);
    expect(seconds([back!])[0]).toBeCloseTo(60, 2);
  });

  it("maps arrivals on another clock", () => {
    const stream = pictures({ unixMicrosOf: (arrival) => START + arrival });
    stream.take(vp8Packet({ sequenceNumber: 1, timestamp: 9, keyframe: true }), 70_000);
    expect(seconds(stream.poll(80_000))).toEqual([0.07]);
  });

  it("never throws, keeps little and stays in order whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 60 }), (packets) => {
        for (const stream of [pictures(), sounds()]) {
          for (const [index, packet] of packets.entries()) stream.take(packet, START + index);
          stream.poll(START + 1e6);
        }
      }),
    );
    const random = new SeededRandom(11);
    const stream = pictures();
    let last = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const jump = random.next() < 0.02;
      const sequenceNumber = jump ? random.integer(0, 65_535) : round;
      const timestamp = random.next() < 0.02 ? random.integer(0, 0xffff_ffff) : round * 3600;
      stream.take(
        vp8Packet({ sequenceNumber, timestamp, keyframe: random.next() < 0.1 }),
        START + round * 40_000,
      );
      if (random.next() < 0.1)
        stream.clock({
          unixMicros: START + random.integer(-1e9, 1e9),
          rtpTimestamp: random.integer(0, 0xffff_ffff),
        });
      for (const { captureMicros } of stream.poll(START + round * 40_000)) {
        expect(captureMicros).toBeGreaterThan(last);
        last = captureMicros;
      }
    }
  });
});
