import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import type { PictureSize } from "@sameroom/protocol";
import type { Pictures, PicturesWork, SpriteSheet } from "../messages.ts";
import { rungSize } from "../rung-size.ts";
import { planSprites, sheetColumns, sheetRows } from "../sprite-plan.ts";
import { type FragmentFile, FragmentPictures, fragmentFiles } from "./fragment-pictures.ts";
import { writeJpeg } from "./jpeg.ts";
import { scaledPixels } from "./scaled-pixels.ts";
import { TileSheet } from "./tile-sheet.ts";

const tileWidth = 160;
/** Longest shorter side of a poster, pixels. */
const posterHeight = 720;
/** Shows begin with a face that is not ready: the poster comes from later. */
const posterAt = 0.1;

/**
 * Poster and sprite sheets from single keyframes; nothing in between is decoded. `progress` is told 0 to 1. Throws when
 * there is no picture at all.
 */
export async function makePictures(work: PicturesWork, progress: (done: number) => void): Promise<Pictures> {
  const files = fragmentFiles(work);
  const pictures = new FragmentPictures();
  const poster = await makePoster(files, { pictures, path: join(work.outDir, "poster.jpg") });
  const { intervalMs, tiles } = planSprites(work.durationMs);
  const perSheet = sheetColumns * sheetRows;
  const tileSize = { width: tileWidth, height: tileHeightFor(poster.size) };
  const sprites: SpriteSheet[] = [];
  let sheet = new TileSheet(tileSize, Math.min(perSheet, tiles));
  const finish = async () => {
    const path = join(work.outDir, `sprites-${sprites.length}.jpg`);
    await writeJpeg(path, sheet.pixels, sheet.size);
    const { columns, rows } = sheet;
    sprites.push({ path, columns, rows, tileWidth, tileHeight: tileSize.height, intervalMs });
  };
  const find = await indexByTime(files, { pictures, durationMs: work.durationMs });
  for (let tile = 0; tile < tiles; tile++) {
    const file = find(tile * intervalMs);
    await pictures.first(file, (frame) => sheet.put(tile % perSheet, frame));
    progress((tile + 1) / tiles);
    // The process answers for itself in between.
    await breathe();
    if ((tile + 1) % perSheet !== 0 && tile + 1 < tiles) continue;
    await finish();
    sheet = new TileSheet(tileSize, Math.min(perSheet, tiles - tile - 1));
  }
  return { poster: poster.path, sprites };
}

/** Tries the file at a tenth of the show, those after it, then those before. */
async function makePoster(
  files: readonly FragmentFile[],
  { pictures, path }: { pictures: FragmentPictures; path: string },
): Promise<{ path: string; size: PictureSize }> {
  const from = Math.floor(files.length * posterAt);
  for (const file of [...files.slice(from), ...files.slice(0, from).reverse()]) {
    let made: { pixels: Buffer; size: PictureSize } | undefined;
    await pictures.first(file, (frame) => {
      const size = rungSize(frame, posterHeight);
      made = { pixels: scaledPixels(frame, size), size };
    });
    if (made === undefined) continue;
    await writeJpeg(path, made.pixels, made.size);
    return { path, size: made.size };
  }
  throw new Error("no picture can be decoded");
}

/** The file whose stretch of time holds a moment, by the times that the files tell themselves. */
async function indexByTime(
  files: readonly FragmentFile[],
  { pictures, durationMs }: { pictures: FragmentPictures; durationMs: number },
): Promise<(atMs: number) => FragmentFile> {
  const told: (number | undefined)[] = [];
  for (const file of files) told.push(await pictures.startMs(file));
  const share = durationMs / files.length;
  const known = told.findIndex((startMs) => startMs !== undefined);
  const originMs = (told[known] ?? 0) - Math.max(0, known) * share;
  const starts: number[] = [];
  for (const [index, startMs] of told.entries()) {
    const last = starts.at(-1) ?? 0;
    const relativeMs = (startMs ?? Number.NaN) - originMs;
    // A damaged one, or one whose time was set back: where it would be if all were as long.
    starts.push(relativeMs >= last ? relativeMs : Math.max(last, index * share));
  }
  return (atMs) => {
    const after = starts.findIndex((startMs) => startMs > atMs);
    return files[after < 0 ? files.length - 1 : Math.max(0, after - 1)]!;
  };
}

/** Even, in the shape of the picture; of an upright one no taller than twice the width. */
function tileHeightFor({ width, height }: PictureSize): number {
  return Math.min(2 * tileWidth, 2 * Math.max(1, Math.round((tileWidth * height) / width / 2)));
}
