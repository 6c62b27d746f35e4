import type { FakeClock } from "@sameroom/base/testing";
import type { AccessUnit, VideoFormat } from "@sameroom/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "../testing/eventually.fixture.ts";
import { bFrameUnits } from "./b-frames.fixture.ts";
import { decodeVideo, microsOf, type PictureOptions, videoUnits } from "./picture.fixture.ts";
import type { Transcode, TranscodeFailure } from "./transcode.ts";
import { createTranscoders } from "./transcoders.fixture.ts";
import type { Transcoders } from "./transcoders.ts";

let transcoders: Transcoders;
let clock: FakeClock;

beforeEach(() => {
  ({ transcoders, clock } = createTranscoders());
});
afterEach(() => transcoders.close());

const small: Omit<PictureOptions, "codec"> = {
  width: 640,
  height: 360,
  startMicros: 1_790_000_000_000_000,
  count: 30,
  keyframeEvery: 15,
  luma: (index) => 40 + index * 6,
};
const plain = (options: Partial<PictureOptions> = {}) => videoUnits({ ...small, codec: "h264", ...options });

interface Open {
  transcode: Transcode;
  made: AccessUnit[];
  failures: TranscodeFailure[];
}

function open(input: readonly AccessUnit[], options: { maxHeight?: number; bitrate?: number } = {}): Open {
  const { format } = input[0]!;
  if (format.kind !== "video") throw new Error("no video");
  const transcode = transcoders.openRealtime({ input: format, bitrate: 2_000_000, ...options })!;
  const opened: Open = { transcode, made: [], failures: [] };
  transcode.on("unit", (output, unit) => {
    expect(output).toBe("h264");
    opened.made.push(unit);
  });
  transcode.on("failed", (failure) => opened.failures.push(failure));
  return opened;
}

const times = (units: readonly AccessUnit[]) => units.map(({ captureMicros }) => captureMicros);
const keyframes = (units: readonly AccessUnit[]) =>
  units.flatMap(({ keyframe }, index) => (keyframe ? [index] : []));
const heights = (units: readonly AccessUnit[]) =>
  units.map(({ format }) => (format.kind === "video" ? format.height : 0));

test.each(["h264", "hevc", "hevc-10"] as const)(
  "%s with B-frames becomes every picture in order of time, constrained baseline, one keyframe",
  async (codec) => {
    const input = bFrameUnits({ ...small, codec });
    expect(Math.max(...input.map(({ compositionMicros }) => compositionMicros))).toBeGreaterThan(40_000);
    const { transcode, made } = open(input);
    for (const unit of input) transcode.push(unit);
    // The last ones wait for pictures that would come after them.
    const sure = small.count - 4;
    await eventually("all is made", () => made.length >= sure);
    expect(made[0]!.format).toMatchObject({ codec: "h264", width: 640, height: 360 });
    expect((made[0]!.format as VideoFormat).codecs).toMatch(/^avc1\.42[ce]0/);
    expect(times(made.slice(0, sure))).toEqual(
      Array.from({ length: sure }, (_, index) => microsOf(small, index)),
    );
    expect(keyframes(made)).toEqual([0]);
    expect(made.every(({ compositionMicros }) => compositionMicros === 0)).toBe(true);
    const decoded = decodeVideo(made.slice(0, sure));
    expect(decoded).toHaveLength(sure);
    for (const [index, picture] of decoded.entries()) {
      expect(Math.abs(picture.luma - small.luma(index)), `picture ${index}`).toBeLessThan(14);
    }
  },
);

test("a keyframe comes with the next picture when it is asked for, and only then", async () => {
  const input = plain();
  const { transcode, made } = open(input);
  for (const [index, unit] of input.entries()) {
    if (index === 7 || index === 20) transcode.askForKeyframe();
    transcode.push(unit);
  }
  await eventually("all is made", () => made.length === input.length);
  expect(keyframes(made)).toEqual([0, 7, 20]);
  expect(new Set(made.map(({ format }) => format)).size).toBe(1);
});

test("the source's size is followed, but never beyond what is wanted", async () => {
  const large = plain({ count: 5 });
  const tall = plain({ count: 5, width: 360, height: 640, startMicros: small.startMicros + 1e6 });
  const tiny = plain({ count: 5, width: 320, height: 180, startMicros: small.startMicros + 2e6 });
  const { transcode, made } = open(large, { maxHeight: 240 });
  for (const unit of [...large, ...tall, ...tiny]) transcode.push(unit);
  await eventually("all is made", () => made.length === 15);
  expect(heights(made)).toEqual([...Array(5).fill(240), ...Array(5).fill(426), ...Array(5).fill(180)]);
  expect(keyframes(made)).toEqual([0, 5, 10]);
  for (const at of [0, 5, 10]) expect(decodeVideo(made.slice(at, at + 5))).toHaveLength(5);
});

test("a source that changes its codec goes on, and no picture that its decoder held back is lost", async () => {
  const before = bFrameUnits({ ...small, codec: "hevc", count: 12 });
  const after = plain({ count: 6, startMicros: small.startMicros + 1e6 });
  const { transcode, made } = open(before);
  for (const unit of [...before, ...after]) transcode.push(unit);
  await eventually("all is made", () => made.length === 18);
  expect(times(made.slice(0, 12))).toEqual(Array.from({ length: 12 }, (_, index) => microsOf(small, index)));
  expect(decodeVideo(made)).toHaveLength(18);
});

test("what happened before is decoded, not shown: the first picture is the next one, and a keyframe", async () => {
  const input = bFrameUnits({ ...small, codec: "h264", keyframeEvery: 1000 });
  const { transcode, made } = open(input);
  for (const unit of input.slice(0, 20)) transcode.pushPast(unit);
  for (const unit of input.slice(20)) transcode.push(unit);
  await eventually("it is made", () => made.length >= 6);
  const live = new Set(times(input.slice(20)));
  expect(made.every(({ captureMicros }) => live.has(captureMicros))).toBe(true);
  expect(keyframes(made)).toEqual([0]);
  const decoded = decodeVideo(made);
  for (const [at, picture] of decoded.entries()) {
    const index = Math.round((made[at]!.captureMicros - small.startMicros) / 33_333);
    expect(Math.abs(picture.luma - small.luma(index)), `picture ${index}`).toBeLessThan(14);
  }
});

test("too slow: late pictures are left out, then pictures are smaller, then fewer; with time, more is tried", async () => {
  const input = plain({ count: 200, keyframeEvery: 200, luma: () => 128 });
  const { transcode, made, failures } = open(input);
  let next = 0;
  const push = (count: number) => {
    for (const unit of input.slice(next, next + count)) transcode.push(unit);
    next += count;
  };
  const idle = () => eventually("all is done", () => transcode.underWay === 0);
  push(2);
  await idle();
  expect(made).toHaveLength(2);
  const pid = transcoders.pids[0]!;
  for (const [index, height] of [240, 180, 180, 180].entries()) {
    clock.advance(2100);
    const before = made.length;
    process.kill(pid, "SIGSTOP");
    push(1);
    clock.advance(200);
    push(2);
    process.kill(pid, "SIGCONT");
    await idle();
    expect(made.length, "what came while it was late is left out").toBe(before + 1);
    expect(transcode.reduced).toBe(index + 1);
    push(2);
    await idle();
    expect(heights(made).at(-1)).toBe(height);
  }
  const before = made.length;
  push(40);
  await idle();
  expect(made.length).toBe(before + 20);
  for (let second = 0; second < 31; second++) {
    push(1);
    await idle();
    clock.advance(1000);
  }
  expect(transcode.reduced).toBe(3);
  expect(failures).toEqual([]);
});

test("a machine that stands still is given nothing more, and what it took is all that is made", async () => {
  const input = plain({ count: 60, keyframeEvery: 1 });
  const { transcode, made, failures } = open(input);
  transcode.push(input[0]!);
  await eventually("it runs", () => made.length === 1 && transcode.underWay === 0);
  const [pid] = transcoders.pids;
  process.kill(pid!, "SIGSTOP");
  for (const unit of input.slice(1)) {
    transcode.push(unit);
    clock.advance(100);
  }
  expect(transcode.underWay).toBe(41);
  expect(transcode.reduced).toBeGreaterThan(1);
  process.kill(pid!, "SIGCONT");
  await eventually("what it took is done", () => transcode.underWay === 0);
  // Those that were late when they came are not made: the first three were not.
  expect(made).toHaveLength(3);
  expect(failures).toEqual([]);
});

test("a killed process: it goes on from the source's next keyframe, with a keyframe, as large as before", async () => {
  const input = plain({ count: 40, keyframeEvery: 10 });
  const { transcode, made, failures } = open(input);
  for (const unit of input.slice(0, 15)) transcode.push(unit);
  await eventually("some is made", () => made.length === 15);
  const [first] = transcoders.pids;
  process.kill(first!, "SIGKILL");
  await eventually("another process is there", () => transcoders.pids.some((pid) => pid !== first));
  made.length = 0;
  for (const unit of input.slice(15)) transcode.push(unit);
  await eventually("the rest is made", () => made.length === 20);
  expect(made[0]).toMatchObject({ keyframe: true, captureMicros: input[20]!.captureMicros });
  expect(failures).toEqual([]);
});

test("a process that takes long to start, and one that dies, are no reason to wait for the source's keyframe", async () => {
  const input = plain({ count: 60, keyframeEvery: 1000 });
  const { transcode, made, failures } = open(input);
  const idle = () => eventually("all is done", () => transcode.underWay === 0);
  for (const unit of input.slice(0, 20)) transcode.pushPast(unit);
  clock.advance(2500);
  for (const unit of input.slice(20, 25)) transcode.push(unit);
  await idle();
  expect(made, "all of it came late").toEqual([]);
  for (const unit of input.slice(25, 30)) transcode.push(unit);
  await idle();
  expect(times(made)).toEqual(times(input.slice(25, 30)));
  let pushed = 30;
  transcode.on("keyframeWanted", () => {
    for (const unit of input.slice(0, pushed)) transcode.pushPast(unit);
  });
  const [first] = transcoders.pids;
  process.kill(first!, "SIGKILL");
  await eventually("another process is there", () => transcoders.pids.some((pid) => pid !== first));
  made.length = 0;
  for (const unit of input.slice(30)) {
    pushed += 1;
    transcode.push(unit);
  }
  await idle();
  // The first one was told again as a part of the past.
  expect(times(made)).toEqual(times(input.slice(31)));
  expect(made[0]!.keyframe).toBe(true);
  expect(failures).toEqual([]);
});

test("what it costs is known, and no more run than may", async () => {
  const input = plain({ count: 30 });
  const { transcode, made } = open(input);
  expect(transcode.cpuMsPerSecond).toBe(0);
  for (const unit of input) transcode.push(unit);
  await eventually("all is made", () => made.length === 30);
  await eventually("it is told", () => transcode.cpuMsPerSecond > 0);
  transcode.close();
  expect(transcode.cpuMsPerSecond).toBe(0);
  const { format } = input[0]!;
  if (format.kind !== "video") throw new Error("no video");
  const { transcoders: own } = createTranscoders({ cores: 0.5 });
  const opened = [1, 2, 3].map(() => own.openRealtime({ input: format, bitrate: 1_000_000 }));
  expect(opened.map((one) => one !== undefined)).toEqual([true, true, false]);
  await own.close();
});
