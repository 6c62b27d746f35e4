import { isFrameStart } from "../codec/keyframe-start.ts";
import { vp8DescriptorBytes, vp8PictureSize } from "../codec/vpx-picture-size.ts";
import { type AssembledFrame, VideoDepacketizer } from "./video-depacketizer.ts";
import { vpFormat } from "./vp-format.ts";

/** In front of a frame, so that the frame can be read as a payload: start of the first partition. */
const DESCRIPTOR = 0x10;
/** The frame tag (RFC 6386 section 9.1). */
const TAG_BYTES = 3;

/** VP8 (RFC 7741). */
export class Vp8Depacketizer extends VideoDepacketizer {
  protected isFrameStart(payload: Uint8Array): boolean {
    return isFrameStart("vp8", payload);
  }

  protected begin(): void {
    this.buffer.append(Uint8Array.of(DESCRIPTOR));
  }

  protected append(payload: Uint8Array): boolean {
    // The start of the first partition is the start of the frame, and nothing else is.
    if (this.isFrameStart(payload) !== (this.buffer.length === 1)) return false;
    const at = vp8DescriptorBytes(payload);
    return at < payload.length && this.buffer.append(payload.subarray(at));
  }

  protected finish(): AssembledFrame | undefined {
    const data = this.buffer.take().subarray(1);
    if (data.length < TAG_BYTES) return undefined;
    const keyframe = (data[0]! & 1) === 0;
    if (!keyframe) return { keyframe, data, format: undefined };
    const size = vp8PictureSize(this.buffer.view(0));
    if (size === undefined || size.width === 0 || size.height === 0) return undefined;
    const format = vpFormat({
      codec: "vp8",
      ...size,
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
}
