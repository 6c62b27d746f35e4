import type { AccessUnit } from "@sameroom/protocol";

/** A picture in the place of one that does not come. */
export interface HeldPicture {
  rendition: string;
  unit: AccessUnit;
}

interface Held {
  keyframe: AccessUnit | undefined;
  /** Decoding time of the newest unit, µs. */
  decodedMicros: number;
  /** What comes refers to pictures from before it was held: it goes on with a keyframe. */
  isHeld: boolean;
}

/** Pictures that have not come for so long are not waited for, µs: more than a still screen needs, sooner than players would be told of gaps. */
const PATIENCE_MICROS = 1_200_000;
/** Sound that has not come for so long does not go on either, µs. */
const SOUND_MICROS = 500_000;
/** Between two pictures, µs: a part of LL-HLS has one, and all of them together are about as large as the moving ones were. */
const INTERVAL_MICROS = 250_000;
/** The last one is so far behind the sound: what begins has its place there, µs. */
const BEHIND_MICROS = 200_000;
/** What is longer is no hole, but another stretch of time, µs. */
const MOST_MICROS = 3_000_000;

const NONE: readonly HeldPicture[] = [];

/**
 * The last keyframe again and again while the picture does not come and its sound goes on (a camera that is off): players stand still where
 * one of two goes on (ADR 0063). Of several sizes those that came last. Times of calls on any one clock, µs; those of units are capture times.
 */
export class HeldPictures {
  readonly #renditions = new Map<string, Held>();
  /** When any picture, and any sound, came last; undefined: since the last look. */
  #pictureMicros: number | undefined;
  #soundMicros: number | undefined = Number.NEGATIVE_INFINITY;
  /** Capture time of the newest sound. */
  #soundedMicros = 0;

  /** A picture, or sound, came; false: it is a picture that cannot be decoded behind the held ones, and a keyframe has to come. */
  take(rendition: string, unit: AccessUnit): boolean {
    if (unit.format.kind === "audio") {
      this.#soundMicros = undefined;
      this.#soundedMicros = unit.captureMicros;
      return true;
    }
    let held = this.#renditions.get(rendition);
    if (held === undefined) {
      held = { keyframe: undefined, decodedMicros: 0, isHeld: false };
      this.#renditions.set(rendition, held);
    }
    this.#pictureMicros = undefined;
    if (held.isHeld && !unit.keyframe) return false;
    held.isHeld = false;
    if (unit.keyframe) held.keyframe = unit;
    held.decodedMicros = unit.captureMicros - unit.compositionMicros;
    return true;
  }

  /** The pictures that are due. Every few milliseconds. */
  due(nowMicros: number): readonly HeldPicture[] {
    this.#pictureMicros ??= nowMicros;
    this.#soundMicros ??= nowMicros;
    if (nowMicros - this.#pictureMicros < PATIENCE_MICROS) return NONE;
    if (nowMicros - this.#soundMicros > SOUND_MICROS) return NONE;
    let newestMicros = Number.NEGATIVE_INFINITY;
    for (const { decodedMicros } of this.#renditions.values())
      newestMicros = Math.max(newestMicros, decodedMicros);
    const untilMicros = this.#soundedMicros - BEHIND_MICROS;
    // A clock that was set, or a picture that has been away for long: what is missing lies behind.
    const isFar = Math.abs(untilMicros - newestMicros) > MOST_MICROS;
    const due: HeldPicture[] = [];
    for (const [rendition, held] of this.#renditions) {
      if (newestMicros - held.decodedMicros > PATIENCE_MICROS) continue;
      if (isFar) held.decodedMicros = untilMicros - INTERVAL_MICROS;
      const { keyframe } = held;
      if (keyframe === undefined) continue;
      while (held.decodedMicros + INTERVAL_MICROS <= untilMicros) {
        held.decodedMicros += INTERVAL_MICROS;
        held.isHeld = true;
        due.push({
          rendition,
          unit: { ...keyframe, captureMicros: held.decodedMicros + keyframe.compositionMicros },
        });
      }
    }
    return due;
  }
}
