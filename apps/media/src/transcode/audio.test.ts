import type { AccessUnit } from "@sameroom/protocol";
import { FF_DECODER_AAC, FF_DECODER_MP3FLOAT } from "node-av/constants";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "../testing/eventually.fixture.ts";
import { decodeSound, onsetMicros, opusStereo, opusUnits } from "./sound.fixture.ts";
import type { Mp3Frame, TranscodeFailure } from "./transcode.ts";
import { createTranscoders } from "./transcoders.fixture.ts";
import type { Transcoders } from "./transcoders.ts";

const startMicros = 1_790_000_000_000_000;
let transcoders: Transcoders;

beforeEach(() => {
  ({ transcoders } = createTranscoders());
});
afterEach(() => transcoders.close());

function openAac() {
  const transcode = transcoders.openAudio({ codec: "aac", bitrate: 128_000, input: opusStereo });
  const made: AccessUnit[] = [];
  const failures: TranscodeFailure[] = [];
  transcode.on("unit", (output, unit) => {
    expect(output).toBe("aac");
    made.push(unit);
  });
  transcode.on("failed", (failure) => failures.push(failure));
  return { transcode, made, failures };
}

/** What comes out of so many Opus units in frames of `frameSize` samples: one is held back, one is priming. */
const whole = (units: number, frameSize: number) => Math.floor((units * 960) / frameSize) - 2;

test("a tone is where it was captured after Opus became AAC", async () => {
  const input = opusUnits({ startMicros, seconds: 1.2, loud: (second) => second >= 0.5 });
  const { transcode, made } = openAac();
  for (const unit of input) transcode.push(unit);
  await eventually("all is made", () => made.length >= whole(input.length, 1024));
  const { format } = made[0]!;
  expect(format).toMatchObject({ codec: "aac", codecs: "mp4a.40.2", sampleRate: 48_000, channels: 2 });
  expect(new Set(made.map((unit) => unit.format)).size, "one format object").toBe(1);
  const decoded = decodeSound(
    FF_DECODER_AAC,
    format.configuration,
    made.map(({ data }) => data),
  );
  const onset = onsetMicros(made, decoded)!;
  expect(Math.abs(onset - (startMicros + 500_000))).toBeLessThan(5000);
});

test("AAC begins with the sound and goes on without a gap", async () => {
  const input = opusUnits({ startMicros, seconds: 2, loud: () => true });
  const { transcode, made } = openAac();
  for (const unit of input) transcode.push(unit);
  await eventually("all is made", () => made.length >= whole(input.length, 1024));
  expect(made[0]!.captureMicros).toBe(startMicros - (312 * 1_000_000) / 48_000);
  for (const [index, unit] of made.entries()) {
    expect(unit.samples).toBe(1024);
    expect(unit.captureMicros).toBe(Math.round(made[0]!.captureMicros + (index * 1024 * 1_000_000) / 48_000));
  }
});

test("capture times follow a sound card that runs fast, for hours", async () => {
  const [unit] = opusUnits({ startMicros, seconds: 0.02, loud: () => true });
  const { transcode, made } = openAac();
  // 50 ppm fast: each 20 ms of sound takes 19.999 ms; an hour in jumps of a minute.
  const microsPerUnit = 19_999;
  for (let index = 0; index < 900; index++) {
    const minute = Math.floor(index / 15);
    const captureMicros = startMicros + (minute * 3000 + (index % 15)) * microsPerUnit;
    transcode.push({ ...unit!, captureMicros });
  }
  await eventually("all is made", () => made.length >= whole(900, 1024));
  const last = made.at(-1)!;
  const position = (made.length - 1) * 1024;
  const index = Math.floor(position / 960);
  const expected =
    startMicros +
    (Math.floor(index / 15) * 3000 + (index % 15)) * microsPerUnit +
    ((position % 960) * 1_000_000) / 48_000 -
    6500;
  expect(Math.abs(last.captureMicros - expected)).toBeLessThanOrEqual(1);
  expect(last.captureMicros - startMicros).toBeGreaterThan(59 * 60 * 1_000_000);
});

test("MP3 frames are of one size, stand alone and are where they were captured", async () => {
  const input = opusUnits({ startMicros, seconds: 1.2, loud: (second) => second >= 0.5 });
  const transcode = transcoders.openAudio({ codec: "mp3", bitrate: 128_000, input: opusStereo });
  const frames: Mp3Frame[] = [];
  transcode.on("frame", (frame) => frames.push(frame));
  for (const unit of input) transcode.push(unit);
  await eventually("all is made", () => frames.length >= whole(input.length, 1152));
  expect(new Set(frames.map(({ data }) => data.length))).toEqual(new Set([384]));
  expect(frames[0]!.data[0]).toBe(0xff);
  // From the middle: nothing before is needed.
  const later = frames.slice(10);
  const decoded = decodeSound(
    FF_DECODER_MP3FLOAT,
    new Uint8Array(0),
    later.map(({ data }) => data),
  );
  const onset = onsetMicros(later, decoded)!;
  expect(Math.abs(onset - (startMicros + 500_000))).toBeLessThan(5000);
});

test("damaged Opus packets become silence and move nothing", async () => {
  const input = opusUnits({ startMicros, seconds: 1, loud: (second) => second >= 0.5 });
  const { transcode, made } = openAac();
  for (const [index, unit] of input.entries()) {
    const damaged = index > 4 && index < 20;
    transcode.push(damaged ? { ...unit, data: Uint8Array.of(0xff, 0xff, 0xff) } : unit);
  }
  await eventually("all is made", () => made.length >= whole(input.length, 1024));
  const decoded = decodeSound(
    FF_DECODER_AAC,
    made[0]!.format.configuration,
    made.map(({ data }) => data),
  );
  expect(Math.abs(onsetMicros(made, decoded)! - (startMicros + 500_000))).toBeLessThan(5000);
});

test("rooms share a process, and what one does not understand harms no other", async () => {
  const input = opusUnits({ startMicros, seconds: 0.5, loud: () => true });
  const good = openAac();
  const bad = openAac();
  bad.transcode.push({ ...input[0]!, format: { ...opusStereo, codec: "aac", codecs: "mp4a.40.2" } });
  for (const unit of input) good.transcode.push(unit);
  await eventually("the good one is made", () => good.made.length >= whole(input.length, 1024));
  await eventually("the bad one fails", () => bad.failures.length === 1);
  expect(bad.failures[0]!.reason).toBe("unsupported");
  expect(transcoders.counts).toMatchObject({ audio: 1, processes: 1 });
});

test("a job whose process is killed goes on in another, and fails the second time", async () => {
  const input = opusUnits({ startMicros, seconds: 0.4, loud: () => true });
  const { transcode, made, failures } = openAac();
  for (const unit of input) transcode.push(unit);
  await eventually("some is made", () => made.length > 5);
  const { format } = made[0]!;
  const [first] = transcoders.pids;
  process.kill(first!, "SIGKILL");
  await eventually("another process is there", () => transcoders.pids.some((pid) => pid !== first));
  made.length = 0;
  for (const unit of input) transcode.push(unit);
  await eventually("more is made", () => made.length > 5);
  expect(made[0]!.format, "the same format object: no new init segment").toBe(format);
  expect(failures).toEqual([]);
  process.kill(transcoders.pids[0]!, "SIGKILL");
  await eventually("it is given up", () => failures.length === 1);
  expect(failures[0]).toMatchObject({ reason: "died" });
  expect(transcode.closed).toBe(true);
  transcode.push(input[0]!);
});

test("an idle process is ended after a while", async () => {
  const { clock, transcoders: own } = createTranscoders();
  const transcode = own.openAudio({ codec: "aac", bitrate: 128_000, input: opusStereo });
  expect(own.counts).toMatchObject({ audio: 1, processes: 1 });
  transcode.close();
  expect(own.counts).toMatchObject({ audio: 0, processes: 1 });
  clock.advance(10_000);
  expect(own.counts).toMatchObject({ audio: 0, processes: 0 });
  await own.close();
  expect(clock.pending).toBe(0);
});
