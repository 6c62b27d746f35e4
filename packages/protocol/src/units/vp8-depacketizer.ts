import { isFrameStart } from "../codec/keyframe-start.ts";
import { vp8DescriptorBytes } from "../codec/vpx-picture-size.ts";
import { VideoDepacketizer } from "./video-depacketizer.ts";
import type { VideoFrame } from "./video-frame.ts";
import { readVp8Frame } from "./vp8-frame.ts";

/** VP8 (RFC 7741). */
export class Vp8Depacketizer extends VideoDepacketizer {
  protected isFrameStart(payload: Uint8Array): boolean {
    return isFrameStart("vp8", payload);
  }

  protected begin(): void {}

  protected append(payload: Uint8Array): boolean {
    // The start of the first partition is the start of the frame, and nothing else is.
    if (this.isFrameStart(payload) !== (this.buffer.length === 0)) return false;
    const at = vp8DescriptorBytes(payload);
    return at < payload.length && this.buffer.append(payload.subarray(at));
  }

  protected finish(): VideoFrame | undefined {
    return readVp8Frame(this.buffer.take());
  }
}
