import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AccessUnit, serializeFragment, serializeInit, type VideoCodecName } from "@sameroom/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "../testing/eventually.fixture.ts";
import { decodeJpeg, fullRange } from "./jpeg.fixture.ts";
import { type PictureOptions, videoUnits } from "./picture.fixture.ts";
import { createTranscoders } from "./transcoders.fixture.ts";
import type { Transcoders } from "./transcoders.ts";

let directory: string;
let outDir: string;
let transcoders: Transcoders;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sameroom-pictures-"));
  outDir = join(directory, "out");
  await mkdir(outDir);
  ({ transcoders } = createTranscoders());
});
afterEach(async () => {
  await transcoders.close();
  await rm(directory, { recursive: true, force: true });
});

const ticksPerSecond = 90_000;
/** Ten pictures a second; each second is brighter than the one before. */
const show: PictureOptions = {
  codec: "h264",
  width: 320,
  height: 180,
  startMicros: 0,
  framesPerSecond: 10,
  count: 60,
  keyframeEvery: 10,
  luma: (index) => 40 + Math.floor(index / 10) * 30,
};

/** Writes init segment and one file a second, from `firstSecond` on the timeline. */
async function writeShow(
  options: { codec?: VideoCodecName; name?: string; seconds?: number; firstSecond?: number } = {},
): Promise<{ init: string; fragments: string[] }> {
  const { codec = "h264", name = "a", seconds = 6, firstSecond = 100 } = options;
  const units = videoUnits({ ...show, codec, count: seconds * 10 });
  const init = join(directory, `${name}-init.mp4`);
  await writeFile(init, serializeInit(units[0]!.format));
  const fragments: string[] = [];
  for (let second = 0; second < seconds; second++) {
    const path = join(directory, `${name}-${second}.m4s`);
    await writeFile(path, fragment(units.slice(second * 10, second * 10 + 10), firstSecond + second));
    fragments.push(path);
  }
  return { init, fragments };
}

/** Two parts, as the live packager writes them. */
function fragment(units: readonly AccessUnit[], second: number): Uint8Array {
  const parts = [units.slice(0, 5), units.slice(5)].map((part, index) =>
    serializeFragment({
      format: units[0]!.format,
      sequence: 2 * second + index + 1,
      baseTime: second * ticksPerSecond + (index * ticksPerSecond) / 2,
      samples: part.map(({ data, keyframe }) => ({ data, keyframe, duration: ticksPerSecond / 10 })),
    }),
  );
  return Buffer.concat(parts);
}

const readJpeg = async (path: string) => decodeJpeg(await readFile(path));

test("a poster from a tenth of the show, and a tile for each second with the picture of that second", async () => {
  const progress: number[] = [];
  const pictures = await transcoders.runJob(
    "pictures",
    { ...(await writeShow()), durationMs: 6000, outDir },
    { onProgress: (done) => progress.push(done) },
  );
  expect(pictures).toEqual({
    poster: join(outDir, "poster.jpg"),
    sprites: [
      {
        path: join(outDir, "sprites-0.jpg"),
        columns: 10,
        rows: 1,
        tileWidth: 160,
        tileHeight: 90,
        intervalMs: 1000,
      },
    ],
  });
  const poster = await readJpeg(pictures.poster);
  expect([poster.width, poster.height]).toEqual([320, 180]);
  expect(Math.abs(poster.at(60, 90) - fullRange(40))).toBeLessThan(8);
  expect(poster.at(280, 90), "the right half is black").toBeLessThan(10);
  const sheet = await readJpeg(pictures.sprites[0]!.path);
  expect([sheet.width, sheet.height]).toEqual([1600, 90]);
  for (let tile = 0; tile < 6; tile++) {
    expect(Math.abs(sheet.at(tile * 160 + 40, 45) - fullRange(40 + tile * 30)), `tile ${tile}`).toBeLessThan(
      8,
    );
  }
  expect(sheet.at(6 * 160 + 40, 45), "no tile is black").toBeLessThan(5);
  expect(progress.at(-1)).toBe(1);
  expect(progress).toEqual([...progress].sort((one, other) => one - other));
});

test("tiles follow the times in the files, not their number, and a gap shows the last picture before it", async () => {
  const { init, fragments } = await writeShow();
  // Seconds 2 and 3 were never recorded.
  const holed = fragments.filter((_, index) => index !== 2 && index !== 3);
  const { sprites } = await transcoders.runJob("pictures", {
    init,
    fragments: holed,
    durationMs: 6000,
    outDir,
  });
  const sheet = await readJpeg(sprites[0]!.path);
  const seen = Array.from({ length: 6 }, (_, tile) =>
    Math.round((sheet.at(tile * 160 + 40, 45) * 219) / 255 + 16),
  );
  for (const [tile, luma] of [40, 70, 70, 70, 160, 190].entries()) {
    expect(Math.abs(seen[tile]! - luma), `tile ${tile}`).toBeLessThan(8);
  }
});

test("a show whose codec changed has pictures of both halves, and damaged files are passed over", async () => {
  const before = await writeShow({ seconds: 3 });
  const after = await writeShow({ codec: "vp8", name: "b", seconds: 3, firstSecond: 103 });
  await writeFile(before.fragments[0]!, "not a fragment");
  await rm(before.fragments[1]!);
  const { sprites, poster } = await transcoders.runJob("pictures", {
    init: before.init,
    fragments: [...before.fragments, ...after.fragments.map((path) => ({ path, init: after.init }))],
    durationMs: 6000,
    outDir,
  });
  expect((await readJpeg(poster)).width).toBe(320);
  const sheet = await readJpeg(sprites[0]!.path);
  expect(sheet.at(40, 45), "damaged").toBeLessThan(5);
  expect(Math.abs(sheet.at(5 * 160 + 40, 45) - fullRange(100))).toBeLessThan(10);
});

test("files without any picture are refused, and the next job runs", async () => {
  const { init, fragments } = await writeShow({ seconds: 1 });
  const junk = join(directory, "junk.m4s");
  await writeFile(junk, "junk");
  await expect(
    transcoders.runJob("pictures", { init, fragments: [junk], durationMs: 1000, outDir }),
  ).rejects.toThrow("no picture");
  await expect(
    transcoders.runJob("pictures", { init, fragments: [], durationMs: 0, outDir }),
  ).rejects.toThrow("no picture");
  const { sprites } = await transcoders.runJob("pictures", { init, fragments, durationMs: 1000, outDir });
  expect(sprites).toHaveLength(1);
});

test("a job whose process is killed is done again, once", async () => {
  const source = await writeShow();
  let killed = 0;
  const kill = () => {
    if (killed++ === 0) process.kill(transcoders.pids[0]!, "SIGKILL");
  };
  const pictures = await transcoders.runJob(
    "pictures",
    { ...source, durationMs: 6000, outDir },
    { onProgress: kill },
  );
  expect(pictures.sprites).toHaveLength(1);
  expect(killed).toBeGreaterThan(6);
});

test("closing rejects what runs and what waits", async () => {
  const source = await writeShow();
  const jobs = [1, 2].map(() => transcoders.runJob("pictures", { ...source, durationMs: 6000, outDir }));
  const ends = jobs.map((job) =>
    job.then(
      () => "done",
      (error: Error) => error.message,
    ),
  );
  await eventually("one runs", () => transcoders.counts.jobs === 1);
  await transcoders.close();
  expect(await Promise.all(ends)).toEqual(["transcoding has ended", "transcoding has ended"]);
  expect(transcoders.pids).toEqual([]);
});
