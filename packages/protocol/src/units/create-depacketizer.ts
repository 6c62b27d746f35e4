import type { CodecName } from "../codec/types.ts";
import { Av1Depacketizer } from "./av1-depacketizer.ts";
import { H264Depacketizer } from "./h264-depacketizer.ts";
import { OpusDepacketizer } from "./opus-depacketizer.ts";
import type { Depacketizer } from "./types.ts";
import { Vp8Depacketizer } from "./vp8-depacketizer.ts";
import { Vp9Depacketizer } from "./vp9-depacketizer.ts";

/**
 * For one stream of this codec. Of video, nothing comes before the first keyframe that tells its format, and each frame's last
 * packet carries the marker; `format` of a frame is set on keyframes alone.
 */
export function createDepacketizer(codec: CodecName): Depacketizer {
  switch (codec) {
    case "h264":
      return new H264Depacketizer();
    case "vp8":
      return new Vp8Depacketizer();
    case "vp9":
      return new Vp9Depacketizer();
    case "av1":
      return new Av1Depacketizer();
    case "opus":
      return new OpusDepacketizer();
  }
}
