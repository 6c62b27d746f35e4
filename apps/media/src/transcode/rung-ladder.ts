import type { PictureSize } from "@sameroom/protocol";
import type { Rung } from "./messages.ts";

/** A size that is made where the source does not have it. */
export type LadderRung = Omit<Rung, "id">;

/** What `SAMEROOM_HLS_LADDER` is when nobody sets it. */
export const defaultLadder = "1080:4500k,720:2500k,480:1200k,360:700k";

/** Most rungs: each is an encoder. */
const mostRungs = 8;

/** Reads `720:2500k,480:1200k`: shorter side and kilobits a second. The largest first; undefined when it says anything else. */
export function parseLadder(text: string): LadderRung[] | undefined {
  const rungs: LadderRung[] = [];
  for (const part of text.split(",")) {
    const match = /^\s*(\d{2,4}):(\d{2,6})k\s*$/.exec(part);
    if (match === null) return undefined;
    const height = Number(match[1]);
    if (height < 90 || height > 2160 || height % 2 !== 0) return undefined;
    rungs.push({ height, bitrate: Number(match[2]) * 1000 });
  }
  const heights = new Set(rungs.map(({ height }) => height));
  if (rungs.length > mostRungs || heights.size !== rungs.length) return undefined;
  return rungs.sort((one, other) => other.height - one.height);
}

/**
 * The rungs to offer for a source: `below` it where it can be played as it is, or from its own size down to `replace` it
 * where players need H.264 instead. Nothing is made larger than it came.
 */
export function planRungs(
  source: PictureSize,
  ladder: readonly LadderRung[],
  why: "below" | "replace",
): Rung[] {
  const shorter = Math.min(source.width, source.height);
  const fitting = ladder.filter(({ height }) => (why === "replace" ? height <= shorter : height < shorter));
  const smallest = ladder.at(-1);
  if (why === "replace" && fitting.length === 0 && smallest !== undefined) {
    // A picture smaller than the whole ladder: its own size, at the rate of the smallest rung for as many pixels.
    const height = 2 * Math.max(1, Math.floor(shorter / 2));
    const share = (height / smallest.height) ** 2;
    fitting.push({ height, bitrate: Math.max(100_000, Math.round(smallest.bitrate * share)) });
  }
  return fitting.map((rung) => ({ id: `h264-${rung.height}`, ...rung }));
}
