import { neededBitrate } from "./needed-bitrate.ts";
import type { PictureRhythm, Steps } from "./picture-rhythm.ts";
import type { Symptom } from "./types.ts";

export interface PictureContext {
  /** It decides itself when keyframes come and how large pictures are: nobody can ask it. */
  autonomous: boolean;
  /** What browsers cannot play live is encoded anew for them. */
  repairs: boolean;
  nowMs: number;
}

/** Fewer may come of a changed timeline. */
const B_FRAMES = 3;
/** So far apart keyframes may be before the server helps, seconds. */
const FAR_S = 4.2;
/** A browser is asked for one with every segment; one that does not follow is none. */
const FAR_WHEN_ASKED_S = 10;
const VERY_FAR_S = 10;
const UNEVEN_FACTOR = 1.5;
const UNEVEN_COUNT = 5;
const UNEVEN_STEPS = 0.1;
const MISSING_STEPS = 0.05;
const LOW_BITRATE = 0.35;
const HIGH_BITRATE = 3;

/** What the pictures themselves show. */
export function pictureSymptoms(rhythm: PictureRhythm, context: PictureContext): Symptom[] {
  const { steps } = rhythm;
  return [
    bFrames(rhythm, context),
    farKeyframes(rhythm, context),
    ...(context.autonomous
      ? [unevenKeyframes(rhythm), unevenFrameRate(steps), ...bitrate(rhythm, steps, context)]
      : []),
    codec(rhythm, context),
  ].filter((symptom) => symptom !== undefined);
}

function bFrames({ reordered }: PictureRhythm, { repairs }: PictureContext): Symptom | undefined {
  if (reordered < B_FRAMES) return undefined;
  return { code: "b-frames", severity: repairs ? "info" : "problem", repaired: repairs, values: {} };
}

function farKeyframes({ keyframeSeconds }: PictureRhythm, context: PictureContext): Symptom | undefined {
  const longest = Math.max(0, ...keyframeSeconds.slice(-3));
  if (longest <= (context.autonomous ? FAR_S : FAR_WHEN_ASKED_S)) return undefined;
  const severity = longest > VERY_FAR_S ? "problem" : "warning";
  return {
    code: "keyframes-far",
    severity,
    repaired: context.repairs,
    values: { seconds: Math.round(longest) },
  };
}

function unevenKeyframes({ keyframeSeconds }: PictureRhythm): Symptom | undefined {
  const [shortest, longest] = [Math.min(...keyframeSeconds), Math.max(...keyframeSeconds)];
  if (keyframeSeconds.length < UNEVEN_COUNT || longest <= shortest * UNEVEN_FACTOR) return undefined;
  const values = { shortestSeconds: Number(shortest.toFixed(1)), longestSeconds: Number(longest.toFixed(1)) };
  return { code: "keyframes-uneven", severity: "info", repaired: false, values };
}

function unevenFrameRate(steps: Steps | undefined): Symptom | undefined {
  if (steps === undefined) return undefined;
  if (steps.unevenRatio <= UNEVEN_STEPS && steps.missingRatio <= MISSING_STEPS) return undefined;
  const values = { framesPerSecond: Math.round(steps.framesPerSecond) };
  return { code: "frame-rate-variable", severity: "warning", repaired: false, values };
}

function bitrate(rhythm: PictureRhythm, steps: Steps | undefined, { nowMs }: PictureContext): Symptom[] {
  const { format } = rhythm;
  const bitrateBps = rhythm.bitrate(nowMs);
  if (format === undefined || bitrateBps === undefined || steps === undefined) return [];
  const neededBps = neededBitrate(format, steps.framesPerSecond);
  const values = { bitrateBps: rounded(bitrateBps), neededBps: rounded(neededBps) };
  if (bitrateBps < neededBps * LOW_BITRATE)
    return [{ code: "bitrate-low", severity: "warning", repaired: false, values }];
  if (bitrateBps > neededBps * HIGH_BITRATE)
    return [{ code: "bitrate-high", severity: "info", repaired: false, values }];
  return [];
}

function codec({ format }: PictureRhythm, { repairs }: PictureContext): Symptom | undefined {
  if (format?.codec !== "hevc") return undefined;
  const severity = repairs ? "warning" : "problem";
  return { code: "codec-bridged", severity, repaired: repairs, values: { codec: format.codec } };
}

/** To a quarter of a megabit: smaller changes are none. */
function rounded(bps: number): number {
  return Math.max(100_000, Math.round(bps / 250_000) * 250_000);
}
