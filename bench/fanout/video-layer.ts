import { type RtpHeaderExtension, serializeRtp } from "@sameroom/protocol";
import { writeParameterSets } from "./parameter-sets.ts";

/** One encoding of a picture. */
export interface VideoLayer {
  ssrc: number;
  payloadType: number;
  width: number;
  height: number;
  bitsPerSecond: number;
  /** In the packets of the first seconds, as browsers name their layers until they know that it arrived; default none. */
  firstExtensions?: readonly RtpHeaderExtension[];
}

export const FRAMES_PER_SECOND = 30;
const FRAMES_PER_KEYFRAME = 60;
/** A keyframe has this many times the bytes of other frames. */
const KEYFRAME_FACTOR = 5;
const MAX_FRAGMENT_BYTES = 1188;
const FRAMES_WITH_EXTENSIONS = 90;

/** Sizes that sum up to `bytes`, each at most `most`, as even as can be: an encoder's packets differ by a byte. */
export function splitEvenly(bytes: number, most: number): number[] {
  const count = Math.ceil(bytes / most);
  const small = Math.floor(bytes / count);
  const bigger = bytes - small * count;
  return Array.from({ length: count }, (_, index) => small + (index < bigger ? 1 : 0));
}

/** Bytes of each fragment of a frame between keyframes, or of a keyframe. */
export function fragmentsOf(bitsPerSecond: number, isKeyframe: boolean): number[] {
  const bytesPerGroup = (bitsPerSecond / 8) * (FRAMES_PER_KEYFRAME / FRAMES_PER_SECOND);
  const frameBytes = Math.round(bytesPerGroup / (FRAMES_PER_KEYFRAME - 1 + KEYFRAME_FACTOR));
  return splitEvenly(isKeyframe ? frameBytes * KEYFRAME_FACTOR : frameBytes, MAX_FRAGMENT_BYTES);
}

/** Writes H.264 frames as an encoder cuts them, without a picture: a keyframe every two seconds. */
export class VideoFrames {
  readonly #layer: VideoLayer;
  readonly #parameterSets: Uint8Array;
  readonly #body = Uint8Array.from({ length: MAX_FRAGMENT_BYTES }, (_, index) => (index * 151) & 0xff);
  #frames = 0;
  #sequence = 1000;

  constructor(layer: VideoLayer) {
    this.#layer = layer;
    this.#parameterSets = writeParameterSets(layer.width, layer.height);
  }

  next(): Uint8Array[] {
    const isKeyframe = this.#frames % FRAMES_PER_KEYFRAME === 0;
    const fragments = fragmentsOf(this.#layer.bitsPerSecond, isKeyframe);
    const packets = isKeyframe ? [this.#packet(this.#parameterSets, false)] : [];
    for (const [index, size] of fragments.entries()) {
      const [first, last] = [index === 0, index === fragments.length - 1];
      const payload = new Uint8Array(size + 2);
      // FU-A (RFC 6184 section 5.8) of an IDR slice or another one.
      payload[0] = isKeyframe ? 0x7c : 0x5c;
      payload[1] = (first ? 0x80 : 0) | (last ? 0x40 : 0) | (isKeyframe ? 5 : 1);
      payload.set(this.#body.subarray(0, size), 2);
      packets.push(this.#packet(payload, last));
    }
    this.#frames += 1;
    return packets;
  }

  #packet(payload: Uint8Array, marker: boolean): Uint8Array {
    const { ssrc, payloadType, firstExtensions = [] } = this.#layer;
    const extensions = this.#frames < FRAMES_WITH_EXTENSIONS ? firstExtensions : [];
    const timestamp = (this.#frames * (90_000 / FRAMES_PER_SECOND)) >>> 0;
    const sequenceNumber = this.#sequence++ & 0xffff;
    return serializeRtp({ ssrc, payloadType, sequenceNumber, timestamp, marker, extensions, payload });
  }
}
