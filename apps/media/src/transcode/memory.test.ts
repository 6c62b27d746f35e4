import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "../testing/eventually.fixture.ts";
import { bFrameUnits } from "./b-frames.fixture.ts";
import { videoUnits } from "./picture.fixture.ts";
import { aacUnits, opusStereo, opusUnits } from "./sound.fixture.ts";
import type { Transcode } from "./transcode.ts";
import { createTranscoders } from "./transcoders.fixture.ts";
import type { Transcoders } from "./transcoders.ts";

let transcoders: Transcoders;

beforeEach(() => {
  ({ transcoders } = createTranscoders());
});
afterEach(() => transcoders.close());

/** Resident memory of a process, MB. */
function residentMb(pid: number): number {
  const status = `/proc/${pid}/status`;
  const kilobytes = existsSync(status)
    ? /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(status, "utf8"))![1]
    : execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" });
  return Number(kilobytes) / 1024;
}

/** Opens, uses and closes jobs, one after the other, all in the same process; its memory after each, MB. */
async function run(jobs: number, once: () => Promise<Transcode>): Promise<number[]> {
  const sizes: number[] = [];
  const pids = new Set<number>();
  for (let job = 0; job < jobs; job++) {
    const transcode = await once();
    const [pid] = transcoders.pids;
    pids.add(pid!);
    sizes.push(residentMb(pid!));
    transcode.close();
  }
  expect(pids.size, "one process did all of it").toBe(1);
  return sizes;
}

test("many jobs with sound leave nothing behind", async () => {
  const units = opusUnits({ startMicros: 0, seconds: 0.5, loud: () => true });
  const sizes = await run(130, async () => {
    const transcode = transcoders.openAudio({ codec: "aac", bitrate: 128_000, input: opusStereo });
    let made = 0;
    transcode.on("unit", () => {
      made += 1;
    });
    for (const unit of units) transcode.push(unit);
    await eventually("it is made", () => made >= 20);
    return transcode;
  });
  // A decoder and an encoder that are kept take 0.4 MB, 20 in all; until the heap is full grown nothing can be told.
  expect(sizes.at(-1)! - sizes[80]!).toBeLessThan(12);
});

test("forty jobs with pictures leave nothing behind", async () => {
  const units = videoUnits({
    ...{ codec: "h264", width: 640, height: 360, startMicros: 1_000_000, count: 5, keyframeEvery: 5 },
    luma: (index) => 40 + index * 10,
  });
  const { format: input } = units[0]!;
  if (input.kind !== "video") throw new Error("no video");
  const sizes = await run(40, async () => {
    const rungs = [{ id: "h264-270", height: 270, bitrate: 500_000 }];
    const transcode = transcoders.openVideo({ input, rungs })!;
    let made = 0;
    transcode.on("unit", () => {
      made += 1;
    });
    for (const unit of units) transcode.push(unit);
    await eventually("it is made", () => made === units.length);
    return transcode;
  });
  // An encoder that is kept takes 10 MB.
  expect(sizes.at(-1)! - sizes[15]!).toBeLessThan(40);
});

test("many bridges, of sound and of pictures, leave nothing behind", async () => {
  const sound = aacUnits({
    startMicros: 0,
    seconds: 0.5,
    sampleRate: 44_100,
    value: (second) => Math.sin(second),
  });
  const { format: aac } = sound[0]!;
  if (aac.kind !== "audio") throw new Error("no sound");
  const sounds = await run(420, async () => {
    const transcode = transcoders.openOpus({ input: aac, bitrate: 96_000 });
    for (const unit of sound) transcode.push(unit);
    await eventually("it is made", () => transcode.underWay === 0);
    return transcode;
  });
  // What is kept of each would be 48 MB; the heap grows in steps, the last of them before the 250th.
  expect(sounds.at(-1)! - sounds[300]!).toBeLessThan(16);
  await transcoders.close();
  ({ transcoders } = createTranscoders());
  const pictures = bFrameUnits({
    ...{ codec: "h264", width: 640, height: 360, startMicros: 1_000_000, count: 8, keyframeEvery: 8 },
    luma: (index) => 40 + index * 10,
  });
  const { format: video } = pictures[0]!;
  if (video.kind !== "video") throw new Error("no video");
  const sizes = await run(60, async () => {
    const transcode = transcoders.openRealtime({ input: video, bitrate: 1_000_000, maxHeight: 270 })!;
    for (const unit of pictures) transcode.push(unit);
    await eventually("it is made", () => transcode.underWay === 0);
    return transcode;
  });
  // It grows to some 240 MB before it is collected; a decoder, a scaler and an encoder that are kept take 10 MB.
  expect(sizes.at(-1)!).toBeLessThan(400);
});
