import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AccessUnit,
  parseFragment,
  parseInit,
  serializeFragment,
  serializeInit,
  type UnitFormat,
} from "@sameroom/protocol";
import { FF_DECODER_AAC } from "node-av/constants";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AacWork } from "./messages.ts";
import { decodeSound, onsetMicros, opusStereo, opusUnits } from "./sound.fixture.ts";
import { createTranscoders } from "./transcoders.fixture.ts";
import type { Transcoders } from "./transcoders.ts";

let directory: string;
let transcoders: Transcoders;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sameroom-aac-"));
  ({ transcoders } = createTranscoders());
});
afterEach(async () => {
  await transcoders.close();
  await rm(directory, { recursive: true, force: true });
});

/** 0.8 s. */
const perSegment = 40;
const startTick = 480_000;

/** Writes packets of 20 ms as files of 0.8 s each, timestamps from `startTick`; the work that makes AAC of them. */
async function store(units: readonly AccessUnit[]): Promise<AacWork> {
  const init = join(directory, "opus-init.mp4");
  await writeFile(init, serializeInit(opusStereo));
  const segments: AacWork["segments"] = [];
  for (let at = 0; at < units.length; at += perSegment) {
    const number = at / perSegment;
    const path = join(directory, `opus-${number}.m4s`);
    const samples = units.slice(at, at + perSegment).map(({ data }) => ({
      ...{ data, duration: 960, keyframe: true },
    }));
    const baseTime = startTick + at * 960;
    await writeFile(path, serializeFragment({ format: opusStereo, sequence: number + 1, baseTime, samples }));
    segments.push({ path, init, out: join(directory, `aac-${number}.m4s`), restart: number === 0 });
  }
  return { segments, outInit: join(directory, "aac-init.mp4"), bitrate: 128_000 };
}

/** What a player finds in a file: frames and when they are played, ticks. */
async function framesOf(path: string) {
  const bytes = await readFile(path);
  const fragment = parseFragment(bytes)!;
  return fragment.samples.map(({ offset, size, duration }, index) => ({
    tick: fragment.baseTime + index * 1024,
    duration,
    data: bytes.subarray(offset, offset + size),
  }));
}

async function allFrames({ segments }: AacWork) {
  return (await Promise.all(segments.map(({ out }) => framesOf(out)))).flat();
}

function onsetTick(frames: readonly { tick: number; data: Uint8Array }[], format: UnitFormat): number {
  const decoded = decodeSound(
    FF_DECODER_AAC,
    format.configuration,
    frames.map(({ data }) => data),
  );
  const micros = onsetMicros(
    frames.map(({ tick }) => ({ captureMicros: (tick * 1_000_000) / 48_000 })),
    decoded,
  );
  return (micros! * 48_000) / 1_000_000;
}

test("recorded Opus becomes AAC, a file for a file, without a gap, each sound where it was", async () => {
  const work = await store(opusUnits({ startMicros: 0, seconds: 4, loud: (second) => second >= 2.3 }));
  const progress: number[] = [];
  await transcoders.runJob("aac", work, { onProgress: (done) => progress.push(done) });
  expect(progress[0]).toBe(0);
  const format = parseInit(await readFile(work.outInit))!;
  expect(format).toMatchObject({ codec: "aac", sampleRate: 48_000, channels: 2 });
  const frames = await allFrames(work);
  for (const [index, { tick, duration }] of frames.entries()) {
    expect(duration).toBe(1024);
    expect(tick).toBe(frames[0]!.tick + index * 1024);
  }
  expect(frames[0]!.tick).toBe(startTick - 312);
  expect(frames.at(-1)!.tick + 1024).toBeGreaterThanOrEqual(startTick - 312 + 4 * 48_000);
  for (const [number, { out }] of work.segments.entries()) {
    const [first] = await framesOf(out);
    const border = startTick - 312 + number * perSegment * 960;
    expect(first!.tick - border, `segment ${number}`).toBeGreaterThanOrEqual(0);
    expect(first!.tick - border).toBeLessThan(1024);
  }
  expect(Math.abs(onsetTick(frames, format) - (startTick + 2.3 * 48_000))).toBeLessThan(240);
});

test("where a recording has a hole, sound begins anew in its place; a hole of a few packets is silence", async () => {
  const units = opusUnits({ startMicros: 0, seconds: 4, loud: (second) => second >= 2.9 });
  const work = await store(units);
  const [, , third, fourth] = work.segments;
  third!.restart = true;
  await rm(fourth!.path);
  await transcoders.runJob("aac", work);
  const names = (await readdir(directory)).filter((name) => /^aac-\d/.test(name));
  expect(names.sort()).toEqual(["aac-0.m4s", "aac-1.m4s", "aac-2.m4s", "aac-4.m4s"]);
  const [first] = await framesOf(third!.out);
  expect(first!.tick).toBe(startTick - 312 + 2 * perSegment * 960);
  const format = parseInit(await readFile(work.outInit))!;
  const last = await framesOf(work.segments[4]!.out);
  expect(onsetTick(last, format)).toBeGreaterThanOrEqual(startTick + 4 * perSegment * 960 - 1024);
  const far = await store(units);
  await rm(far.segments[1]!.path);
  await rm(far.segments[2]!.path);
  await transcoders.runJob("aac", far);
  const [afterHole] = await framesOf(far.segments[3]!.out);
  expect(afterHole!.tick).toBe(startTick - 312 + 3 * perSegment * 960);
});

test("files that are no sound are passed over, and nothing to do is no fault", async () => {
  const work = await store(opusUnits({ startMicros: 0, seconds: 2, loud: () => true }));
  await writeFile(work.segments[1]!.path, "no fragment");
  work.segments.push({ ...work.segments[0]!, init: join(directory, "nowhere"), restart: true });
  await transcoders.runJob("aac", work);
  expect((await framesOf(work.segments[0]!.out)).length).toBeGreaterThan(35);
  const nothing = { segments: [], outInit: join(directory, "other-init.mp4"), bitrate: 64_000 };
  await transcoders.runJob("aac", nothing);
  expect(parseInit(await readFile(nothing.outInit))).toMatchObject({ codec: "aac" });
});

test("a job that is called off ends, leaves no init segment, and lets the next one begin", async () => {
  const work = await store(opusUnits({ startMicros: 0, seconds: 4, loud: () => true }));
  const abort = new AbortController();
  const cancelled = transcoders.runJob("aac", work, {
    signal: abort.signal,
    onProgress: () => abort.abort(),
  });
  await expect(cancelled).rejects.toThrow("aborted");
  const other = await store(opusUnits({ startMicros: 0, seconds: 1, loud: () => true }));
  other.outInit = join(directory, "other-init.mp4");
  await transcoders.runJob("aac", other);
  await expect(readFile(work.outInit)).rejects.toThrow("ENOENT");
});
