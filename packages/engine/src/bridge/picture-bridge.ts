/** Why a picture cannot go to WebRTC viewers as it came. */
export type PictureBridgeReason = "codec" | "b-frames" | "long-gop";

/** `unknown`: nothing is sent until the first pictures have told. */
export type PictureVerdict = "unknown" | "through" | PictureBridgeReason;

export interface PictureFacts {
  /** WebRTC viewers have decoders of this codec. */
  forwardable: boolean;
  keyframe: boolean;
  /** On one line for all pictures, µs. */
  ptsMicros: number;
  compositionMicros: number;
}

/** Encoders that delay decoding times reorder pictures within so long, or not at all for now. */
const LOOK_MICROS = 1_000_000;
/** Who joins gets at most so much of the past; encoders that are set to four seconds are not exact. */
const LONGEST_GOP_MICROS = 4_200_000;
/** A reason that has not shown for so long is none any more: encoders use B-frames by what they see. */
const HOLD_MICROS = 30_000_000;

/**
 * Whether an encoder's picture goes to WebRTC viewers as it is or has to be encoded anew: their players have no HEVC, do not put
 * B-frames in order, and an encoder that cannot be asked for a keyframe must send one often. It is quick to find a reason and slow to
 * drop it, and changes its mind back on keyframes alone.
 */
export class PictureBridge {
  #forwardable = true;
  #firstMicros: number | undefined;
  /** Decoding time of the newest keyframe, presentation time of the newest picture. */
  #keyframeMicros = 0;
  #newestMicros = Number.NEGATIVE_INFINITY;
  #delays = false;
  /** When each reason was last seen, decoding time. */
  #reorderedMicros = Number.NEGATIVE_INFINITY;
  #longMicros = Number.NEGATIVE_INFINITY;
  #verdict: PictureVerdict = "unknown";

  get verdict(): PictureVerdict {
    return this.#verdict;
  }

  /** The next picture, in decoding order, from a keyframe on. Returns the verdict that it belongs under. */
  take({ forwardable, keyframe, ptsMicros, compositionMicros }: PictureFacts): PictureVerdict {
    const decodingMicros = ptsMicros - compositionMicros;
    this.#forwardable = forwardable;
    if (this.#firstMicros === undefined) {
      this.#firstMicros = decodingMicros;
      this.#delays = compositionMicros > 0;
    }
    // Pictures before a keyframe in order of presentation may come behind it: it is no B-frame.
    if (ptsMicros < this.#newestMicros && !keyframe) this.#reorderedMicros = decodingMicros;
    this.#newestMicros = keyframe ? ptsMicros : Math.max(this.#newestMicros, ptsMicros);
    if (keyframe) this.#keyframeMicros = decodingMicros;
    else if (decodingMicros - this.#keyframeMicros > LONGEST_GOP_MICROS) this.#longMicros = decodingMicros;
    this.#decide(decodingMicros, keyframe);
    return this.#verdict;
  }

  #decide(nowMicros: number, keyframe: boolean): void {
    const reason = this.#reason(nowMicros);
    if (reason !== undefined) {
      this.#verdict = reason;
    } else if (this.#verdict === "unknown") {
      if (!this.#delays || nowMicros - this.#firstMicros! >= LOOK_MICROS) this.#verdict = "through";
    } else if (keyframe) {
      this.#verdict = "through";
    }
  }

  #reason(nowMicros: number): PictureBridgeReason | undefined {
    if (!this.#forwardable) return "codec";
    if (nowMicros - this.#reorderedMicros < HOLD_MICROS) return "b-frames";
    return nowMicros - this.#longMicros < HOLD_MICROS ? "long-gop" : undefined;
  }
}
