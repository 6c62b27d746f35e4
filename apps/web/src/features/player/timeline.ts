import type { DvrState } from "@sameroom/client";
import { formatElapsed } from "../../ui/format/time.ts";

/** From here on a viewer counts as behind: less is what the network takes anyhow. */
const BEHIND_MS = 1_000;

/** What the seek bar shows: seconds from the bar's left end. */
export interface Timeline {
  kind: "replay" | "dvr";
  /** Length of the bar; 0 while not known. */
  length: number;
  at: number;
  /** What is loaded already, as from and to. */
  buffered: readonly (readonly [from: number, to: number])[];
  /** The newest there is, of a live show. */
  atLive: boolean;
}

/** The bar of a live show: as long as the window that can be gone back to. null where there is none. */
export function dvrTimeline(dvr: DvrState | null): Timeline | null {
  if (dvr === null) return null;
  const length = Math.max(0, dvr.liveUnixMs - dvr.fromUnixMs) / 1_000;
  const at = dvr.isLive ? length : clamp((dvr.atUnixMs - dvr.fromUnixMs) / 1_000, length);
  return { kind: "dvr", length, at, buffered: [], atLive: dvr.isLive };
}

/** The time on the show's clock, ms since 1970, of a place on the bar of a live show. */
export function dvrTimeAt(dvr: DvrState, seconds: number): number {
  return Math.min(dvr.liveUnixMs, Math.max(dvr.fromUnixMs, dvr.fromUnixMs + seconds * 1_000));
}

/** Milliseconds behind the live edge; 0 at it. */
export function behindMs(dvr: DvrState): number {
  const behind = dvr.liveUnixMs - dvr.atUnixMs;
  return dvr.isLive || behind < BEHIND_MS ? 0 : behind;
}

/** `seconds`, held within the bar; 0 for what is no number. */
export function clamp(seconds: number, length: number): number {
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds), Math.max(0, length)) : 0;
}

/** Where a step forwards or backwards leads. */
export function stepTo(timeline: Timeline, step: number): number {
  return clamp(timeline.at + step, timeline.length);
}

/** Where the keys 0 to 9 lead: tenths of the whole. */
export function tenthOf(timeline: Timeline, tenth: number): number {
  return clamp((timeline.length * tenth) / 10, timeline.length);
}

/** The place under a pointer at `x`, of a bar that begins at `left` and is `width` wide, all in pixels. */
export function placeAt(x: number, bar: { left: number; width: number }, length: number): number {
  return bar.width > 0 ? clamp(((x - bar.left) / bar.width) * length, length) : 0;
}

/** Share 0..1 of the bar at a place. */
export function shareAt(seconds: number, length: number): number {
  return length > 0 ? clamp(seconds, length) / length : 0;
}

/** A place in a few signs: `4:05` of a replay, `−0:30` or `Live` of a live show. */
export function placeLabel(timeline: Timeline, seconds: number): string {
  if (timeline.kind === "replay") return formatElapsed(seconds * 1_000);
  const behind = timeline.length - seconds;
  return behind < BEHIND_MS / 1_000 ? "Live" : `−${formatElapsed(behind * 1_000)}`;
}

/** A place for screen readers: `4 minutes 5 seconds of 1 hour`, `30 seconds behind live`, `live`. */
export function placeSentence(timeline: Timeline, seconds: number): string {
  if (timeline.kind === "replay") return `${spoken(seconds)} of ${spoken(timeline.length)}`;
  const behind = timeline.length - seconds;
  return behind < BEHIND_MS / 1_000 ? "live" : `${spoken(behind)} behind live`;
}

function spoken(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [
    [Math.floor(whole / 3_600), "hour"],
    [Math.floor(whole / 60) % 60, "minute"],
    [whole % 60, "second"],
  ] as const;
  const words = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? "" : "s"}`);
  return words.join(" ") || "0 seconds";
}
