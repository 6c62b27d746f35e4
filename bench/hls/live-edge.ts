/** Where a media playlist ends: the part that comes next. */
export interface LiveEdge {
  msn: number;
  part: number;
  /** Addresses of the parts that are listed, oldest first. */
  parts: string[];
}

/** Reads it off a playlist of ours: segments count from EXT-X-MEDIA-SEQUENCE, parts of the open segment follow the last. */
export function readLiveEdge(playlist: string): LiveEdge {
  const first = Number(/^#EXT-X-MEDIA-SEQUENCE:(\d+)$/m.exec(playlist)?.[1]);
  if (!Number.isInteger(first)) throw new Error(`not a media playlist:\n${playlist.slice(0, 500)}`);
  let [msn, part] = [first + Number(/^#EXT-X-SKIP:SKIPPED-SEGMENTS=(\d+)/m.exec(playlist)?.[1] ?? 0), 0];
  const parts: string[] = [];
  for (const line of playlist.split("\n")) {
    if (line.startsWith("#EXT-X-PART:")) {
      part += 1;
      parts.push(/URI="([^"]+)"/.exec(line)![1]!);
    } else if (line !== "" && !line.startsWith("#")) {
      msn += 1;
      part = 0;
    }
  }
  return { msn, part, parts };
}
