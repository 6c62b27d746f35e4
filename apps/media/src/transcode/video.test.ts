import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FakeClock } from "@sameroom/base/testing";
import type { AccessUnit, VideoCodecName } from "@sameroom/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "../testing/eventually.fixture.ts";
import type { Rung } from "./messages.ts";
import { decodeVideo, microsOf, type PictureOptions, videoUnits } from "./picture.fixture.ts";
import type { Transcode, TranscodeFailure } from "./transcode.ts";
import { createTranscoders } from "./transcoders.fixture.ts";
import type { Transcoders } from "./transcoders.ts";

const rungs: Rung[] = [
  { id: "h264-120", height: 120, bitrate: 200_000 },
  { id: "h264-90", height: 90, bitrate: 100_000 },
];
let transcoders: Transcoders;
let clock: FakeClock;

beforeEach(() => {
  ({ transcoders, clock } = createTranscoders());
});
afterEach(() => transcoders.close());

const small: PictureOptions = {
  codec: "h264",
  width: 320,
  height: 180,
  startMicros: 1_790_000_000_000_000,
  count: 30,
  keyframeEvery: 10,
  luma: (index) => 40 + index * 6,
};

interface Open {
  transcode: Transcode;
  made: Map<string, AccessUnit[]>;
  dropped: string[];
  failures: TranscodeFailure[];
  wanted: number[];
}

function open(input: AccessUnit[], wanted: Rung[] = rungs): Open {
  const { format } = input[0]!;
  if (format.kind !== "video") throw new Error("no video");
  const transcode = transcoders.openVideo({ input: format, rungs: wanted })!;
  const opened: Open = { transcode, made: new Map(), dropped: [], failures: [], wanted: [] };
  for (const { id } of wanted) opened.made.set(id, []);
  transcode.on("unit", (id, unit) => opened.made.get(id)!.push(unit));
  transcode.on("dropped", (id) => opened.dropped.push(id));
  transcode.on("failed", (failure) => opened.failures.push(failure));
  transcode.on("keyframeWanted", () => opened.wanted.push(clock.nowMs()));
  return opened;
}

test.each<VideoCodecName>(["h264", "vp8", "vp9", "av1"])(
  "%s becomes rungs of H.264: every picture, its capture time and its keyframe",
  async (codec) => {
    const options = { ...small, codec };
    const input = videoUnits(options);
    expect(input).toHaveLength(30);
    const { transcode, made } = open(input);
    for (const unit of input) transcode.push(unit);
    for (const [id, size] of [
      ["h264-120", { width: 214, height: 120 }],
      ["h264-90", { width: 160, height: 90 }],
    ] as const) {
      const units = made.get(id)!;
      await eventually("all is made", () => units.length === 30);
      expect(units[0]!.format).toMatchObject({ codec: "h264", ...size });
      expect(new Set(units.map(({ format }) => format)).size).toBe(1);
      expect(units.map(({ captureMicros }) => captureMicros)).toEqual(
        input.map(({ captureMicros }) => captureMicros),
      );
      expect(units.map(({ keyframe }) => keyframe)).toEqual(input.map(({ keyframe }) => keyframe));
      expect(units.filter(({ keyframe }) => keyframe)).toHaveLength(3);
      const decoded = decodeVideo(units);
      expect(decoded).toHaveLength(30);
      for (const [index, picture] of decoded.entries()) {
        expect(picture.size).toEqual(size);
        expect(picture.micros).toBe(microsOf(options, index));
        expect(Math.abs(picture.luma - options.luma(index)), `picture ${index}`).toBeLessThan(14);
      }
    }
  },
);

test("a source that changes its size keeps the rung's, and one that changes its shape gets another format", async () => {
  const wide = videoUnits({ ...small, count: 10 });
  const smaller = videoUnits({
    ...small,
    count: 10,
    width: 256,
    height: 144,
    startMicros: small.startMicros + 1e6,
  });
  const tall = videoUnits({
    ...small,
    count: 10,
    width: 180,
    height: 320,
    startMicros: small.startMicros + 2e6,
  });
  const { transcode, made } = open(wide, [rungs[0]!]);
  for (const unit of [...wide, ...smaller, ...tall]) transcode.push(unit);
  const units = made.get("h264-120")!;
  await eventually("all is made", () => units.length === 30);
  expect(units[19]!.format).toBe(units[0]!.format);
  expect(units[20]!).toMatchObject({ keyframe: true, format: { width: 120, height: 214 } });
  expect(decodeVideo(units.slice(20))).toHaveLength(10);
});

test("a source that changes its codec goes on", async () => {
  const before = videoUnits({ ...small, count: 10 });
  const after = videoUnits({ ...small, codec: "vp8", count: 10, startMicros: small.startMicros + 1e6 });
  const { transcode, made } = open(before, [rungs[0]!]);
  for (const unit of [...before, ...after]) transcode.push(unit);
  const units = made.get("h264-120")!;
  await eventually("all is made", () => units.length === 20);
  expect(decodeVideo(units)).toHaveLength(20);
  expect(units[19]!.format, "players see one format").toBe(units[0]!.format);
});

test("bytes that are no video bring nothing down, and the next keyframe brings pictures again", async () => {
  const input = videoUnits({ ...small, count: 20 });
  const { transcode, made, failures } = open(input, [rungs[0]!]);
  const junk = Uint8Array.from({ length: 200 }, (_, index) => (index * 37) & 255);
  for (const [index, unit] of input.entries()) {
    transcode.push(index > 0 && index < 10 ? { ...unit, data: junk } : unit);
  }
  const lastMicros = input.at(-1)!.captureMicros;
  await eventually("the last is made", () =>
    made.get("h264-120")!.some((one) => one.captureMicros === lastMicros),
  );
  expect(failures).toEqual([]);
});

test("a killed process: the job goes on from the next keyframe, in the same format, and fails the second time", async () => {
  const input = videoUnits(small);
  const { transcode, made, failures, wanted } = open(input);
  for (const unit of input.slice(0, 15)) transcode.push(unit);
  const units = made.get("h264-90")!;
  await eventually("some is made", () => units.length > 5);
  const { format } = units[0]!;
  const [first] = transcoders.pids;
  process.kill(first!, "SIGKILL");
  await eventually("another process is there", () => transcoders.pids.some((pid) => pid !== first));
  units.length = 0;
  for (const unit of input.slice(15)) transcode.push(unit);
  await eventually("the rest is made", () => units.length === 10);
  expect(units[0]).toMatchObject({ keyframe: true, captureMicros: input[20]!.captureMicros });
  expect(units[0]!.format).toBe(format);
  expect(wanted, "a keyframe was asked for").toHaveLength(1);
  process.kill(transcoders.pids[0]!, "SIGKILL");
  await eventually("it is given up", () => failures.length === 1);
  expect(failures[0]).toMatchObject({ reason: "died" });
  expect(transcoders.counts.video).toBe(0);
});

test("too slow: the largest rung goes first, then the job; nothing is queued and nobody waits", async () => {
  const input = videoUnits({ ...small, count: 40 });
  const { transcode, made, dropped, failures } = open(input);
  for (const unit of input.slice(0, 10)) transcode.push(unit);
  await eventually("it runs", () => made.get("h264-90")!.length === 10);
  const pid = transcoders.pids[0]!;
  process.kill(pid, "SIGSTOP");
  transcode.push(input[10]!);
  clock.advance(1100);
  for (const unit of input.slice(11, 15)) transcode.push(unit);
  expect(dropped).toEqual(["h264-120"]);
  process.kill(pid, "SIGCONT");
  await eventually("it catches up", () => made.get("h264-90")!.length === 11);
  made.get("h264-120")!.length = 0;
  for (const unit of input.slice(15, 30)) transcode.push(unit);
  await eventually("it goes on from a keyframe", () => made.get("h264-90")!.length === 21);
  expect(made.get("h264-90")![11]).toMatchObject({ keyframe: true, captureMicros: input[20]!.captureMicros });
  expect(made.get("h264-120")).toEqual([]);
  expect(transcode.outputs).toEqual(["h264-90"]);
  for (const _round of [1, 2]) {
    expect(failures).toEqual([]);
    process.kill(pid, "SIGSTOP");
    transcode.push(input[30]!);
    clock.advance(1100);
    const count = made.get("h264-90")!.length;
    transcode.push(input[31]!);
    process.kill(pid, "SIGCONT");
    if (failures.length === 0) await eventually("it catches up", () => made.get("h264-90")!.length > count);
  }
  expect(failures).toEqual([{ reason: "overload" }]);
});

test("too slow for a picture with few keyframes: fewer pictures are made before any size is given up; with time, more", async () => {
  const input = videoUnits({ ...small, count: 300, keyframeEvery: 300, luma: () => 128 });
  const { transcode, made, dropped, failures } = open(input, [rungs[1]!]);
  const units = made.get("h264-90")!;
  const idle = () => eventually("all is done", () => transcode.underWay === 0);
  for (const unit of input.slice(0, 10)) transcode.pushPast(unit);
  let next = 10;
  const push = (count: number) => {
    for (const unit of input.slice(next, next + count)) transcode.push(unit);
    next += count;
  };
  await idle();
  transcode.askForKeyframe();
  push(2);
  await idle();
  const pid = transcoders.pids[0]!;
  for (const [index, ofForty] of [20, 10, 5].entries()) {
    clock.advance(2100);
    process.kill(pid, "SIGSTOP");
    push(1);
    clock.advance(200);
    push(1);
    process.kill(pid, "SIGCONT");
    await idle();
    expect(transcode.reduced).toBe(index + 1);
    const before = units.length;
    push(40);
    await idle();
    expect(units.length - before).toBeGreaterThanOrEqual(ofForty - 1);
    expect(units.length - before).toBeLessThanOrEqual(ofForty + 1);
  }
  const before = units.length;
  transcode.askForKeyframe();
  push(1);
  await idle();
  expect(units.slice(before)).toMatchObject([{ keyframe: true }]);
  for (let second = 0; second < 31; second++) {
    push(1);
    await idle();
    clock.advance(1000);
  }
  expect(transcode.reduced).toBe(2);
  expect([...dropped, ...failures]).toEqual([]);
});

test("of 60 pictures a second 30 are made", async () => {
  const options = { ...small, framesPerSecond: 60, count: 40, keyframeEvery: 20 };
  const { transcode, made } = open(videoUnits(options), [rungs[1]!]);
  for (const unit of videoUnits(options)) transcode.push(unit);
  const units = made.get("h264-90")!;
  await eventually("all is made", () => units.length === 20);
  expect(units.map(({ captureMicros }) => captureMicros)).toEqual(
    Array.from({ length: 20 }, (_, index) => microsOf(options, 2 * index)),
  );
});

test("as many transcodes as may run, and no more", async () => {
  const { transcoders: own } = createTranscoders({ limit: 1 });
  const [unit] = videoUnits({ ...small, count: 1 });
  const input = unit!.format;
  if (input.kind !== "video") throw new Error("no video");
  const first = own.openVideo({ input, rungs });
  expect(first).toBeDefined();
  expect(own.openVideo({ input, rungs })).toBeUndefined();
  first!.close();
  const second = own.openVideo({ input, rungs });
  expect(second).toBeDefined();
  await own.close();
  expect(own.pids).toEqual([]);
});

test("a driver that takes its process down while it is tried counts as none", async () => {
  const directory = await mkdtemp(join(tmpdir(), "sameroom-probe-"));
  const program = join(directory, "driver.mjs");
  await writeFile(program, 'process.on("message", () => process.abort());');
  const { transcoders: own } = createTranscoders({ encoder: "auto", program });
  expect(await own.probe()).toBe("libx264");
  await own.close();
  await rm(directory, { recursive: true });
});

test("without an encoder in hardware x264 encodes, and the machine decides which", async () => {
  const { transcoders: own } = createTranscoders({ encoder: "auto" });
  const found = await own.probe();
  expect(["libx264", "h264_nvenc", "h264_qsv", "h264_videotoolbox", "h264_amf"]).toContain(found);
  expect(own.encoder).toBe(found);
  await own.close();
  expect(await transcoders.probe(), "not even looked for").toBe("libx264");
  expect(transcoders.pids).toEqual([]);
});
