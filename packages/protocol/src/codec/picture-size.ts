import { av1PictureSize } from "./av1-picture-size.ts";
import { h264PictureSize } from "./h264-picture-size.ts";
import type { CodecName, PictureSize } from "./types.ts";
import { vp8PictureSize, vp9PictureSize } from "./vpx-picture-size.ts";

/** Nobody sends larger pictures; what reads so is not one. */
const MOST_PIXELS = 16_384;

/**
 * Width and height in pixels as displayed, read from the first bytes (256 will do) of the first RTP payload of a keyframe.
 * With spatial layers in one stream: of the largest one that is told. Undefined when the payload does not tell. Never throws.
 */
export function pictureSize(codec: CodecName, payload: Uint8Array): PictureSize | undefined {
  const size = read(codec, payload);
  if (size === undefined) return undefined;
  const { width, height } = size;
  return width >= 1 && height >= 1 && width <= MOST_PIXELS && height <= MOST_PIXELS ? size : undefined;
}

function read(codec: CodecName, payload: Uint8Array): PictureSize | undefined {
  switch (codec) {
    case "h264":
      return h264PictureSize(payload);
    case "vp8":
      return vp8PictureSize(payload);
    case "vp9":
      return vp9PictureSize(payload);
    case "av1":
      return av1PictureSize(payload);
    case "opus":
      return undefined;
  }
}
