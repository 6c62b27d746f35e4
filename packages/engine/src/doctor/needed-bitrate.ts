import type { VideoFormat } from "@sameroom/protocol";

/** Relative to H.264 at the same quality, as live encoders of consumer machines reach it. */
const CODEC_NEED = { h264: 1, vp8: 1.1, vp9: 0.75, hevc: 0.7, av1: 0.6 } as const satisfies Record<
  VideoFormat["codec"],
  number
>;

/** 1280x720 at 30 pictures a second. */
const REFERENCE_PIXELS_PER_SECOND = 1280 * 720 * 30;
const REFERENCE_BPS = 2_500_000;
/** Larger pictures need fewer bits a pixel. */
const SIZE_EXPONENT = 0.75;

/**
 * Bits per second that a live picture of this kind needs to look good: what platforms recommend to their streamers (720p30
 * 2.5, 1080p30 4.6, 1080p60 7.7 Mbit/s of H.264), as a curve.
 */
export function neededBitrate(
  format: Pick<VideoFormat, "codec" | "width" | "height">,
  framesPerSecond: number,
): number {
  const share = (format.width * format.height * framesPerSecond) / REFERENCE_PIXELS_PER_SECOND;
  return REFERENCE_BPS * CODEC_NEED[format.codec] * share ** SIZE_EXPONENT;
}
