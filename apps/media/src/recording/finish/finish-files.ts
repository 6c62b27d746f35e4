import { join } from "node:path";
import { writeAtomically } from "../../archive/write-atomically.ts";
import { MANIFEST, readManifest } from "../manifest.ts";
import { joinPictures, writeJoined } from "./join-segments.ts";
import { repeatSets } from "./repeat-sets.ts";
import { readTimeline, type Timeline } from "./timeline.ts";
import { vodPlaylists } from "./vod-playlists.ts";
import { type WrittenFile, writeProgressive } from "./write-progressive.ts";

/** What came of a recording's fragments. */
export interface FinishedFiles {
  file: WrittenFile;
  /** Of what plays, ms. */
  durationMs: number;
  /** Of the largest picture; 0 without one. */
  width: number;
  height: number;
  /** Pictures for `PicturesWork`: paths below the directory. */
  pictures: { path: string; init: string }[];
  /** There is sound that no playlist has as AAC. */
  lacksAac: boolean;
}

/** Name of the file that everything is in. */
export const RECORDING_FILE = "recording.mp4";

/**
 * Makes `recording.mp4` and the playlists from what the manifest names; again when it was made before. Undefined: there is
 * nothing that plays. Heavy for long recordings: run it in a thread of its own (`finishInThread`).
 */
export async function finishFiles(directory: string): Promise<FinishedFiles | undefined> {
  const lines = await readManifest(join(directory, MANIFEST));
  await repeatSets(directory, lines);
  const timeline = await readTimeline(directory, lines);
  if (timeline.moments.length === 0) return undefined;
  const file = await writeProgressive(directory, timeline, RECORDING_FILE);
  await writePlaylists(directory, timeline, { anew: true });
  let [width, height] = [0, 0];
  for (const format of timeline.video.formats) {
    if (format.kind !== "video" || format.width * format.height <= width * height) continue;
    ({ width, height } = format);
  }
  const pictures = timeline.moments.flatMap(({ video }) =>
    video === undefined ? [] : [{ path: video.file, init: video.init }],
  );
  const lacksAac = timeline.aacFormats.length === 0 && timeline.audio.fragments.length > 0;
  return { file, durationMs: Math.round(timeline.seconds * 1000), width, height, pictures, lacksAac };
}

/** Writes the playlists anew, of what there is now. */
export async function rewritePlaylists(directory: string): Promise<undefined> {
  const lines = await readManifest(join(directory, MANIFEST));
  await writePlaylists(directory, await readTimeline(directory, lines), { anew: false });
}

async function writePlaylists(
  directory: string,
  timeline: Timeline,
  joined: { anew: boolean },
): Promise<void> {
  await writeJoined(directory, joinPictures(timeline.moments), joined);
  for (const [path, text] of Object.entries(vodPlaylists(timeline)))
    await writeAtomically(join(directory, path), text);
}
