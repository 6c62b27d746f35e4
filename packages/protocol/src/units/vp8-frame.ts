import type { VideoFrame } from "./video-frame.ts";
import { vpFormat } from "./vp-format.ts";

/** The frame tag; of keyframes start code and size behind it (RFC 6386 section 9.1). */
const TAG_BYTES = 3;
const HEADER_BYTES = 10;

/** What a VP8 frame says of itself; undefined when it is none. Never throws. `data` is the bytes as they are. */
export function readVp8Frame(data: Uint8Array): VideoFrame | undefined {
  if (data.length < TAG_BYTES) return undefined;
  const keyframe = (data[0]! & 1) === 0;
  if (!keyframe) return { keyframe, data, format: undefined };
  if (data.length < HEADER_BYTES || data[3] !== 0x9d || data[4] !== 0x01 || data[5] !== 0x2a)
    return undefined;
  const width = data[6]! | ((data[7]! & 0x3f) << 8);
  const height = data[8]! | ((data[9]! & 0x3f) << 8);
  if (width === 0 || height === 0) return undefined;
  const format = vpFormat({
    codec: "vp8",
    width,
    height,
    profile: (data[0]! >> 1) & 7,
    bitDepth: 8,
    chromaSubsampling: 1,
    isFullRange: false,
    primaries: 2,
    transfer: 2,
    matrix: 2,
  });
  return { keyframe, data, format };
}
