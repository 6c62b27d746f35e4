import type { UnitFormat } from "../units/types.ts";

const VIDEO_TIMESCALE = 90_000;

/** Ticks a second of a track of this format: 90,000 for video, of audio its sample rate. */
export function timescaleOf(format: UnitFormat): number {
  return format.kind === "video" ? VIDEO_TIMESCALE : format.sampleRate;
}
