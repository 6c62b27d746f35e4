import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../../archive/write-atomically.ts";
import type { TimelineMoment, TimelineSegment } from "./timeline.ts";

/** A segment of the picture's playlist: moments that lie one behind the other, of which only the first may begin with a keyframe. */
export interface JoinedPicture {
  moments: readonly TimelineMoment[];
  /** Below the recording's directory; undefined: there is no picture. */
  file: string | undefined;
}

/** Players fetch a whole segment before they show anything of it. */
const MOST_SECONDS = 60;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The picture of a recording, in segments that players can begin with and seek to: those that were cut without a keyframe belong to
 * the one before, up to a minute.
 */
export function joinPictures(moments: readonly TimelineMoment[]): JoinedPicture[] {
  const groups: TimelineMoment[][] = [];
  for (const moment of moments) {
    const group = groups.at(-1);
    if (group !== undefined && belongsTo(group, moment)) group.push(moment);
    else groups.push([moment]);
  }
  return groups.map((group) => ({ moments: group, file: fileOf(group) }));
}

/** Writes the files of segments that are joined of several; what is there stays, unless `anew`. */
export async function writeJoined(
  directory: string,
  pictures: readonly JoinedPicture[],
  { anew }: { anew: boolean },
): Promise<void> {
  for (const { moments, file } of pictures) {
    if (file === undefined || moments.length === 1) continue;
    const path = join(directory, file);
    if (!anew && (await stat(path).catch(() => undefined)) !== undefined) continue;
    const parts = await Promise.all(moments.map(({ video }) => readFile(join(directory, video!.file))));
    await writeAtomically(path, Buffer.concat(parts));
  }
}

function belongsTo(
  group: readonly TimelineMoment[],
  { number, discontinuity, video }: TimelineMoment,
): boolean {
  const last = group.at(-1)!;
  if (video === undefined || last.video === undefined || video.independent || discontinuity) return false;
  if (video.init !== last.video.init || number !== last.number + 1) return false;
  const pictures = [...group.map((moment) => moment.video!), video];
  const sum = (of: (picture: TimelineSegment) => number) =>
    pictures.reduce((total, picture) => total + of(picture), 0);
  return sum(({ seconds }) => seconds) <= MOST_SECONDS && sum(({ byteLength }) => byteLength) <= MOST_BYTES;
}

function fileOf(group: readonly TimelineMoment[]): string | undefined {
  const [first] = group;
  if (group.length === 1) return first!.video?.file;
  return `video/${first!.number}-${group.at(-1)!.number}.m4s`;
}
