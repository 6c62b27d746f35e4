import type { AccessUnit } from "@sameroom/protocol";
import { FF_DECODER_OPUS } from "node-av/constants";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../testing/eventually.fixture.ts";
import type { Composition } from "./composition.ts";
import type { ComposeTile, ComposeWork } from "./messages.ts";
import { decodedPictures, type PictureOptions, videoUnits } from "./picture.fixture.ts";
import { decodeSound, opusUnits } from "./sound.fixture.ts";
import type { TranscodeFailure } from "./transcode.ts";
import { createTranscoders } from "./transcoders.fixture.ts";

const START = 1_790_000_000_000_000;
const WORK: Omit<ComposeWork, "encoder" | "threads"> = {
  ...{ width: 640, height: 360, sound: { codec: "opus", bitrate: 96_000 } },
  rungs: [
    { id: "v-f", height: 360, bitrate: 1_000_000 },
    { id: "v-h", height: 180, bitrate: 300_000 },
  ],
};
const left: ComposeTile = {
  ...{ member: "ada", name: "Ada", left: 0, top: 0, width: 50, height: 100 },
  ...{ whole: false, dark: false, silent: false },
};
const right: ComposeTile = { ...left, member: "ben", name: "Ben", left: 50 };
const pictures = (luma: number, more: Partial<PictureOptions> = {}): PictureOptions => ({
  ...{ codec: "h264", width: 320, height: 320, startMicros: START, count: 45, keyframeEvery: 45 },
  // The right half of what the fixture draws is black; only the left one is looked at.
  ...{ luma: () => luma, ...more },
});

let tools: ReturnType<typeof createTranscoders>;
let composition: Composition;
let made: Map<string, AccessUnit[]>;
let failures: TranscodeFailure[];

function open(): Composition {
  const opened = tools.transcoders.openComposition(WORK)!;
  opened.on("unit", (output, unit) => made.set(output, [...(made.get(output) ?? []), unit]));
  opened.on("failed", (failure) => failures.push(failure));
  return opened;
}
beforeEach(() => {
  tools = createTranscoders();
  [made, failures] = [new Map(), []];
  composition = open();
});
afterEach(() => tools.transcoders.close());

const madeOf = (output: string) => made.get(output) ?? [];
/** All is made up to so many ms after the start. */
async function until(ms: number, output = "v-f"): Promise<void> {
  composition.advance(START + ms * 1000);
  const last = () => madeOf(output).at(-1)?.captureMicros ?? 0;
  await eventually(`all is made up to ${ms} ms`, () => last() > START + ms * 1000 - 34_000);
}
/** Brightness of a picture of the largest size, in percent of it. */
function luma(at: { x: number; y: number }, index = -1): number {
  const { pixels, width, height } = decodedPictures(madeOf("v-f")).at(index)!;
  return pixels[Math.floor((at.y * height) / 100) * width + Math.floor((at.x * width) / 100)]!;
}
const [ADA, BEN, BEN_FACE] = [
  { x: 10, y: 50 },
  { x: 60, y: 50 },
  { x: 99, y: 4 },
] as const;

describe("a composition", () => {
  it("has everybody's picture in their place, in all sizes, with the leading member's capture times", async () => {
    const ada = videoUnits(pictures(200, { startMicros: START + 7000 }));
    const ben = videoUnits(pictures(100, { codec: "vp8" }));
    composition.setScene([left, right], "ada");
    for (const unit of ada) composition.push("ada", unit);
    for (const unit of ben) composition.push("ben", unit);
    composition.begin(START);
    await until(1000);
    await until(1000, "v-h");
    expect(luma(ADA)).toBeGreaterThan(190);
    expect(Math.abs(luma(BEN) - 100)).toBeLessThan(10);
    const times = madeOf("v-f").map(({ captureMicros }) => captureMicros);
    expect(times[0]).toBe(START);
    for (const time of times.slice(2)) expect(ada.map(({ captureMicros }) => captureMicros)).toContain(time);
    expect(madeOf("v-f")[0]).toMatchObject({ keyframe: true, format: { width: 640, height: 360 } });
    expect(madeOf("v-h")[0]).toMatchObject({ keyframe: true, format: { width: 320, height: 180 } });
    expect(madeOf("v-h")).toHaveLength(times.length);
    composition.askForKeyframe();
    await until(1200);
    expect(
      madeOf("v-f")
        .slice(times.length)
        .some(({ keyframe }) => keyframe),
    ).toBe(true);
    expect(
      madeOf("v-f").every(
        ({ captureMicros }, at, all) => at === 0 || captureMicros > all[at - 1]!.captureMicros,
      ),
    ).toBe(true);
  });

  it("holds the last picture of who freezes, then shows their face; who has the camera off has it at once", async () => {
    composition.setScene([left, right], "ada");
    for (const unit of videoUnits(pictures(200, { count: 10 }))) composition.push("ada", unit);
    composition.begin(START);
    await until(2500);
    expect(luma(ADA)).toBeGreaterThan(190);
    expect(luma(BEN_FACE)).toBeLessThan(40);
    // White letters in the middle of Ben's place: the name's first.
    const { pixels: drawn, width, height } = decodedPictures(madeOf("v-f")).at(-1)!;
    const middle = drawn.subarray(
      Math.floor(height / 2) * width + width / 2,
      Math.floor(height / 2) * width + width,
    );
    expect(Math.max(...middle)).toBeGreaterThan(200);
    await until(4000);
    expect(luma({ x: 2, y: 4 })).toBeLessThan(40);
    for (const unit of videoUnits(pictures(150, { startMicros: START + 3_900_000 })))
      composition.push("ada", unit);
    await until(4300);
    expect(Math.abs(luma(ADA) - 150)).toBeLessThan(12);
    composition.setScene([{ ...left, dark: true }, right], "ada");
    await until(4500);
    expect(luma({ x: 2, y: 4 })).toBeLessThan(40);
  });

  it("mixes everybody's voice at its time but the silenced ones, and is silent for who is gone", async () => {
    composition.setScene([left, right], "ada");
    const ada = opusUnits({
      startMicros: START,
      seconds: 2,
      loud: (seconds) => seconds >= 0.4 && seconds < 0.6,
    });
    const ben = opusUnits({ startMicros: START, seconds: 2, loud: (seconds) => seconds >= 1 });
    for (const unit of ada) composition.push("ada", unit);
    for (const unit of ben) composition.push("ben", unit);
    composition.begin(START);
    await until(1400, "opus");
    composition.setScene([left, { ...right, silent: true }], "ada");
    await until(2000, "opus");
    const units = madeOf("opus");
    const sound = decodeSound(
      FF_DECODER_OPUS,
      new Uint8Array(0),
      units.map(({ data }) => data),
    );
    const loud = units.flatMap(({ captureMicros }, at) => {
      const peak = sound[at]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      return peak > 0.1 ? [(captureMicros - START) / 1000] : [];
    });
    const [early, late] = [loud.filter((ms) => ms < 800), loud.filter((ms) => ms >= 800)];
    expect(Math.abs(early[0]! - 390)).toBeLessThan(25);
    expect(Math.abs(early.at(-1)! - 590)).toBeLessThan(25);
    expect(Math.abs(late[0]! - 990)).toBeLessThan(25);
    expect(late.at(-1)).toBeLessThan(1430);
    expect(
      units.every(
        ({ captureMicros }, at) => at === 0 || captureMicros - units[at - 1]!.captureMicros === 20_000,
      ),
    ).toBe(true);
  });

  it("makes fewer pictures where its process is too slow, and is given up when even those are too many", async () => {
    composition.setScene([left, right], "ada");
    composition.begin(START);
    await until(100);
    const [pid] = tools.transcoders.pids;
    process.kill(pid!, "SIGSTOP");
    for (let second = 1; second <= 20 && failures.length === 0; second++) {
      composition.advance(START + second * 100_000);
      tools.clock.advance(1000);
      if (second === 6) expect(composition.picturesPerSecond).toBeLessThan(30);
    }
    expect(failures).toEqual([{ reason: "overload" }]);
    expect(tools.transcoders.counts.compositions).toBe(0);
    process.kill(pid!, "SIGCONT");
  });

  it("says that its process has died, and is not more than may be", async () => {
    composition.setScene([left, right], "ada");
    composition.begin(START);
    await until(100);
    const second = open();
    expect(tools.transcoders.openComposition(WORK)).toBeUndefined();
    second.close();
    process.kill(tools.transcoders.pids[0]!, "SIGKILL");
    await eventually("it is told", () => failures.length === 1);
    expect(failures[0]).toMatchObject({ reason: "died" });
  });
});
