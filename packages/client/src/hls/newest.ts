import type { LevelDetails } from "hls.js";

type Newest = Pick<LevelDetails, "fragments" | "partList" | "edge" | "partTarget" | "targetduration">;

/** Capture time of the end of the newest media in a playlist with dates, ms since 1970. */
export function liveEdgeOf(details: Newest): number {
  return unixMsAt(details, details.edge);
}

/**
 * Whether a player can begin with the segment that holds `unixMs` (capture time, ms since 1970; default: the newest), as far as its parts
 * tell.
 */
export function beginsWithKeyframe(details: Newest, unixMs = Number.POSITIVE_INFINITY): boolean {
  const first = details.partList?.findLast(
    ({ index, start }) => index === 0 && unixMsAt(details, start) <= unixMs,
  );
  return first === undefined || first.gap === true || first.independent;
}

/** How much is to be decoded before there is a picture of `seconds` (of the playlist), seconds; Infinity where its parts do not tell. */
export function decodesBefore({ partList }: Newest, seconds: number): number {
  const keyframe = partList?.findLast(({ independent, start }) => independent && start <= seconds);
  return keyframe === undefined ? Number.POSITIVE_INFINITY : seconds - keyframe.start;
}

/** Whether the newest media is there, and no gap. */
export function endsInMedia({ partList, fragments }: Newest): boolean {
  const newest = partList?.at(-1) ?? fragments.at(-1);
  return newest !== undefined && newest.gap !== true;
}

/**
 * Whether a player can go on with this playlist without a stop: it has all from `bufferedUnixMs`, where another one's media ends, up
 * to more than a part ahead of `atUnixMs`, which is on screen. One that has nothing left to play stands still anyway: it takes whatever is
 * there. Capture times, ms since 1970.
 */
export function canTakeOver(
  details: Newest,
  { atUnixMs, bufferedUnixMs }: { atUnixMs: number; bufferedUnixMs: number },
): boolean {
  if (!endsInMedia(details) || !beginsWithKeyframe(details, bufferedUnixMs)) return false;
  const media = details.partList?.length ? details.partList : details.fragments;
  const lastGap = media.findLastIndex(({ gap }) => gap === true);
  const fromUnixMs = unixMsAt(details, media[lastGap + 1]!.start);
  const partMs = (details.partTarget || details.targetduration) * 1000;
  const isStarving = bufferedUnixMs - atUnixMs < partMs;
  return (fromUnixMs <= bufferedUnixMs || isStarving) && liveEdgeOf(details) - atUnixMs > partMs;
}

function unixMsAt({ fragments }: Newest, seconds: number): number {
  const dated = fragments.findLast(({ programDateTime }) => programDateTime !== null);
  return (dated?.programDateTime ?? 0) + (seconds - (dated?.start ?? 0)) * 1000;
}
