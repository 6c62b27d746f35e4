/** File name of an init segment. */
export function initName(version: number): string {
  return `init-${version}.mp4`;
}

/** File name of a segment, which says by itself what init segment it needs. */
export function segmentName(number: number, version: number): string {
  return `${number}.${version}.m4s`;
}

/** What the name of a segment's file says; undefined for other files. */
export function parseSegmentName(name: string): { number: number; version: number } | undefined {
  const match = /^(\d{1,12})\.(\d{1,9})\.m4s$/.exec(name);
  return match === null ? undefined : { number: Number(match[1]), version: Number(match[2]) };
}
