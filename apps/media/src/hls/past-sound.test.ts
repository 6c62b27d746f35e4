import { type AudioFormat, parseFragment, serializeFragment } from "@sameroom/protocol";
import { FF_DECODER_AAC } from "node-av/constants";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { decodeSound, onsetMicros, opusStereo, opusUnits } from "../transcode/sound.fixture.ts";
import { createTranscoders } from "../transcode/transcoders.fixture.ts";
import type { Transcoders } from "../transcode/transcoders.ts";
import { PastSound } from "./past-sound.ts";

const RATE = 48_000;
const PACKET = 960;
/** Where the show's first packet stands: fragments begin half a second into their time. */
const BASE = RATE / 2;
/** AudioSpecificConfig of AAC-LC, 48 kHz, stereo. */
const CONFIGURATION = Uint8Array.of(0x11, 0x90);

let transcoders: Transcoders;
beforeEach(() => {
  ({ transcoders } = createTranscoders());
});
afterEach(() => transcoders.close());

/** A show's segments of Opus by number, with a tone from `toneS` seconds on. */
function showOf({
  segments,
  packets = 100,
  toneS = 0,
}: {
  segments: number;
  packets?: number;
  toneS?: number;
}) {
  const seconds = (segments * packets) / 50;
  const units = opusUnits({ startMicros: 0, seconds, loud: (second) => second >= toneS });
  return Array.from({ length: segments }, (_, index) => {
    const own = units.slice(index * packets, (index + 1) * packets);
    const samples = own.map(({ data }) => ({ data, duration: PACKET, keyframe: true }));
    const baseTime = BASE + index * packets * PACKET;
    return serializeFragment({ format: opusStereo, sequence: index, baseTime, samples });
  });
}

function pastOf(sent: readonly (Uint8Array | undefined)[], format: AudioFormat | undefined = opusStereo) {
  const asked: number[] = [];
  const read = (number: number) => {
    asked.push(number);
    return Promise.resolve(sent[number - 1]);
  };
  const past = new PastSound({ transcoders, bitrate: 128_000, format: () => format, read });
  return { past, asked };
}

function framesOf(bytes: Uint8Array): { tick: number; data: Uint8Array }[] {
  const frames: { tick: number; data: Uint8Array }[] = [];
  for (let next = parseFragment(bytes); next !== undefined; next = parseFragment(bytes, next.end)) {
    for (const [index, { offset, size }] of next.samples.entries())
      frames.push({ tick: next.baseTime + index * 1024, data: bytes.subarray(offset, offset + size) });
  }
  return frames;
}

test("every segment has its sound, where it was, without a hole", async () => {
  const toneS = 5;
  const { past } = pastOf(showOf({ segments: 12, toneS }));
  const segments = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => framesOf((await past.segment(index + 1))!)),
  );
  for (const [index, frames] of segments.entries()) {
    const begins = BASE + index * 100 * PACKET;
    expect(Math.abs(frames[0]!.tick - begins)).toBeLessThanOrEqual(1024);
  }
  const all = segments.flat();
  const steps = new Set(all.slice(1).map(({ tick }, index) => tick - all[index]!.tick));
  // One seam between what is made together, of less than a frame.
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...steps)).toBeLessThanOrEqual(2048);
  expect([...steps].filter((step) => step !== 1024).length).toBeLessThanOrEqual(1);
  const decoded = decodeSound(
    FF_DECODER_AAC,
    CONFIGURATION,
    all.slice(0, 300).map(({ data }) => data),
  );
  const units = all.map(({ tick }) => ({ captureMicros: (tick * 1_000_000) / RATE }));
  const onset = onsetMicros(units, decoded)!;
  expect(Math.abs(onset - (BASE / RATE + toneS) * 1_000_000)).toBeLessThan(10_000);
});

test("what is made of the same is the same, and asked for once by many", async () => {
  const sent = showOf({ segments: 9 });
  const [one, other] = [pastOf(sent), pastOf(sent)];
  const [first, again] = await Promise.all([one.past.segment(3), one.past.segment(3)]);
  expect(again).toBe(first);
  await one.past.segment(5);
  expect(one.asked.filter((number) => number === 3)).toEqual([3]);
  await other.past.segment(6);
  expect(await other.past.segment(3)).toEqual(first);
});

test("long segments are made whole", async () => {
  const { past } = pastOf(showOf({ segments: 9, packets: 300 }));
  const frames = framesOf((await past.segment(7))!);
  expect(frames.length).toBeGreaterThanOrEqual(280);
});

test("a segment that was lost is missing, and no other", async () => {
  const sent: (Uint8Array | undefined)[] = showOf({ segments: 7 });
  sent[2] = undefined;
  sent[4] = Uint8Array.of(1, 2, 3);
  const { past } = pastOf(sent);
  const lengths = await Promise.all(
    Array.from(
      { length: 7 },
      async (_, index) => framesOf((await past.segment(index + 1)) ?? Uint8Array.of()).length,
    ),
  );
  expect(lengths.map((length) => length > 80)).toEqual([true, true, false, true, false, true, true]);
  expect(await past.segment(100)).toBeUndefined();
});

test("without Opus, and when it is closed, nothing is made", async () => {
  const sent = showOf({ segments: 2 });
  const none = new PastSound({
    ...{ transcoders, bitrate: 128_000, format: () => undefined },
    read: (number) => Promise.resolve(sent[number - 1]),
  });
  expect(await none.segment(1)).toBeUndefined();
  const { past } = pastOf(sent);
  const asked = past.segment(1);
  await vi.waitFor(() => expect(transcoders.counts.audio).toBe(1));
  past.close();
  expect(await asked).toBeUndefined();
  expect(await past.segment(2)).toBeUndefined();
  expect(transcoders.counts.audio).toBe(0);
});
