import { readAv1Frame } from "../units/av1-frame.ts";
import { readAvcC } from "../units/h264-format.ts";
import { H264Frames } from "../units/h264-frames.ts";
import { readHvcC } from "../units/hevc-format.ts";
import { HevcFrames } from "../units/hevc-frames.ts";
import { splitLengths } from "../units/nal-units.ts";
import type { VideoFrame } from "../units/video-frame.ts";
import { readVp8Frame } from "../units/vp8-frame.ts";
import { readVp9Frame } from "../units/vp9-frame.ts";

/** Pictures of one track and codec. */
export interface PictureReader {
  /** The set-up of the decoder as FLV has it; one that makes no sense is taken for none. */
  start(configuration: Uint8Array): void;
  /** `keyframe`: what the tag says. Undefined: damaged, or no picture. */
  take(data: Uint8Array, keyframe: boolean): VideoFrame | undefined;
}

/** By the FourCC; undefined for codecs that are not taken. */
export function createPictureReader(codec: string): PictureReader | undefined {
  switch (codec) {
    case "avc1":
      return new H264Reader();
    case "hvc1":
      return new HevcReader();
    case "av01":
      return new Av1Reader();
    // Their keyframes say everything.
    case "vp08":
      return { start: () => {}, take: readVp8Frame };
    case "vp09":
      return { start: () => {}, take: (data) => readVp9Frame(data) };
    default:
      return undefined;
  }
}

/** `avcC`, then NAL units behind lengths. */
class H264Reader implements PictureReader {
  #frames: H264Frames | undefined;
  #lengthBytes = 4;

  start(configuration: Uint8Array): void {
    const read = readAvcC(configuration);
    if (read === undefined) return;
    this.#lengthBytes = read.lengthBytes;
    this.#frames = new H264Frames();
    this.#frames.put(read.sets);
  }

  take(data: Uint8Array): VideoFrame | undefined {
    const nals = splitLengths(data, this.#lengthBytes);
    return nals && this.#frames?.take(nals);
  }
}

/** `hvcC`, then NAL units behind lengths. */
class HevcReader implements PictureReader {
  #frames: HevcFrames | undefined;
  #lengthBytes = 4;

  start(configuration: Uint8Array): void {
    const read = readHvcC(configuration);
    if (read === undefined) return;
    this.#lengthBytes = read.lengthBytes;
    this.#frames = new HevcFrames();
    this.#frames.put(read.sets);
  }

  take(data: Uint8Array): VideoFrame | undefined {
    const nals = splitLengths(data, this.#lengthBytes);
    return nals && this.#frames?.take(nals);
  }
}

/** In front of the OBUs in `av1C` (AV1 Codec ISO Media File Format Binding section 2.3). */
const AV1C_FIELDS = 4;

/** `av1C`, then temporal units; the sequence header may be in the set-up alone. */
class Av1Reader implements PictureReader {
  #sequence: Uint8Array = new Uint8Array(0);

  start(configuration: Uint8Array): void {
    this.#sequence = configuration.slice(AV1C_FIELDS);
  }

  take(data: Uint8Array, keyframe: boolean): VideoFrame | undefined {
    const frame = readAv1Frame(data);
    if (!keyframe || frame?.keyframe !== false || this.#sequence.length === 0) return frame;
    const whole = new Uint8Array(this.#sequence.length + data.length);
    whole.set(this.#sequence);
    whole.set(data, this.#sequence.length);
    return readAv1Frame(whole);
  }
}
