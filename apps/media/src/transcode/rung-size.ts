import type { PictureSize } from "@sameroom/protocol";

/**
 * Size of a rung: the shorter side is `height` at most and never more than the source has, the shape is kept as nearly as
 * even numbers allow.
 */
export function rungSize(source: PictureSize, height: number): PictureSize {
  const shorter = Math.min(source.width, source.height);
  const short = even(Math.min(height, shorter));
  const long = even((short * Math.max(source.width, source.height)) / shorter);
  return source.width >= source.height ? { width: long, height: short } : { width: short, height: long };
}

/** The nearest even number of at least 2; H.264 in 4:2:0 has no odd sizes. */
function even(length: number): number {
  return Math.max(2, 2 * Math.round(length / 2));
}
