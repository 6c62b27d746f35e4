import { isFrameStart } from "../codec/keyframe-start.ts";
import { VideoDepacketizer } from "./video-depacketizer.ts";
import type { VideoFrame } from "./video-frame.ts";
import { parseVp9Descriptor, type Vp9Descriptor } from "./vp9-descriptor.ts";
import { readVp9Frame } from "./vp9-frame.ts";

/** Most layers of a picture, and most frames of a superframe. */
const MOST_LAYERS = 8;

/** VP9 (RFC 9628). The spatial layers of a picture become one superframe (VP9 bitstream specification annex B). */
export class Vp9Depacketizer extends VideoDepacketizer {
  /** Where the frames of the layers end. */
  #ends: number[] = [];
  #isLayerOpen = false;
  #size: Vp9Descriptor["size"];

  protected isFrameStart(payload: Uint8Array): boolean {
    return isFrameStart("vp9", payload);
  }

  protected begin(): void {
    this.#ends = [];
    this.#isLayerOpen = false;
    this.#size = undefined;
  }

  protected append(payload: Uint8Array): boolean {
    const descriptor = parseVp9Descriptor(payload);
    if (descriptor === undefined || descriptor.isLayerStart === this.#isLayerOpen) return false;
    this.#size = descriptor.size ?? this.#size;
    this.#isLayerOpen = !descriptor.isLayerEnd;
    if (!this.buffer.append(payload.subarray(descriptor.length))) return false;
    if (descriptor.isLayerEnd) this.#ends.push(this.buffer.length);
    return this.#ends.length <= MOST_LAYERS;
  }

  protected finish(): VideoFrame | undefined {
    if (this.#isLayerOpen) return undefined;
    if (this.#ends.length > 1 && !this.buffer.append(superframeIndex(this.#ends))) return undefined;
    return readVp9Frame(this.buffer.take(), this.#size);
  }
}

/** Sizes of all frames, little-endian, between two bytes that tell how many there are and how long each size is. */
function superframeIndex(ends: readonly number[]): Uint8Array {
  const marker = 0xc0 | (3 << 3) | (ends.length - 1);
  const bytes = new Uint8Array(2 + 4 * ends.length);
  const view = new DataView(bytes.buffer);
  for (const [index, end] of ends.entries())
    view.setUint32(1 + 4 * index, end - (ends[index - 1] ?? 0), true);
  bytes[0] = marker;
  bytes[bytes.length - 1] = marker;
  return bytes;
}
