import { access, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AacWork } from "../transcode/messages.ts";
import { MANIFEST, type ManifestLine, type ManifestSegment, readManifest } from "./manifest.ts";
import { PLAYLIST } from "./playlist-names.ts";

/** Makes AAC of Opus: `Transcoders.runJob`. */
export type MakeAac = (work: AacWork, options: { signal: AbortSignal }) => Promise<unknown>;

/** Bit/s, stereo. */
const BIT_RATE = 128_000;

/**
 * Makes AAC of all Opus that a recording has, for players that cannot take that; the files lie in `aac`, beside what came as AAC. Does
 * nothing when they are there already, or when there is no Opus. Rejects when it fails: then there are none to be played.
 */
export async function addSound(directory: string, makeAac: MakeAac, signal: AbortSignal): Promise<void> {
  const lines = await readManifest(join(directory, MANIFEST));
  const outInit = join(directory, madeInit(lines));
  const isThere = await access(outInit).then(
    () => true,
    () => false,
  );
  const segments: AacWork["segments"] = [];
  let lastNumber: number | undefined;
  for (const { number, discontinuity, audio } of lines) {
    if (audio === null || !isOpus(audio)) continue;
    segments.push({
      path: join(directory, audio.file),
      init: join(directory, audio.init),
      out: join(directory, madeFile(number)),
      restart: discontinuity || number - 1 !== lastNumber,
    });
    lastNumber = number;
  }
  if (isThere || segments.length === 0) return;
  await mkdir(dirname(outInit), { recursive: true });
  await makeAac({ segments, outInit, bitrate: BIT_RATE }, { signal });
}

/** The AAC of a moment: as the host sent it, or where it is when it was made; its bytes are not known here. */
export function aacOf({ number, audio }: ManifestLine, init: string): ManifestSegment | null {
  if (audio === null || !isOpus(audio)) return audio;
  return { ...audio, file: madeFile(number), init };
}

/** Whether a file, by its path below the recording's directory, is another one since there is AAC. */
export function isOfSound(path: string): boolean {
  return path === PLAYLIST || path.startsWith("aac/");
}

/** Path of the init segment of what is made: the next number behind those that came. */
export function madeInit(lines: readonly ManifestLine[]): string {
  const came = new Set(lines.flatMap(({ audio }) => (audio && !isOpus(audio) ? [audio.init] : [])));
  return `aac/init-${came.size}.mp4`;
}

function madeFile(number: number): string {
  return `aac/${number}.m4s`;
}

function isOpus({ file }: ManifestSegment): boolean {
  return file.startsWith("opus/");
}
