import type { VideoFrame } from "./video-frame.ts";
import { vpFormat } from "./vp-format.ts";
import { parseVp9Keyframe } from "./vp9-frame-header.ts";

/** What a VP9 frame or superframe says of itself. Never throws. `data` is the bytes as they are; `size`: where told elsewhere. */
export function readVp9Frame(data: Uint8Array, size?: { width: number; height: number }): VideoFrame {
  const header = parseVp9Keyframe(data.subarray(0, 32));
  if (header === undefined) return { keyframe: false, data, format: undefined };
  const format = vpFormat({ codec: "vp9", primaries: 2, transfer: 2, ...header, ...size });
  return { keyframe: true, data, format };
}
