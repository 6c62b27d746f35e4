import type { AccessUnit } from "@sameroom/protocol";

/** A layer that brings nothing for so long, while others do, is not there, µs. */
const GONE_MICROS = 1_000_000;
/** A keyframe of a layer that would be better is asked for again after so long, µs. */
const ASK_MICROS = 2_000_000;

interface Layer {
  /** Shorter side, pixels. */
  short: number;
  lastMicros: number;
}

/**
 * Of somebody's layers the smallest that is large enough for their place, else the largest; from one to the other at a keyframe. Sound
 * passes. Pure.
 */
export class LayerChoice {
  readonly #use: (unit: AccessUnit) => void;
  readonly #askForKeyframes: () => void;
  readonly #layers = new Map<string, Layer>();
  #current: string | undefined;
  #newestMicros = Number.NEGATIVE_INFINITY;
  #askedMicros = Number.NEGATIVE_INFINITY;
  #wanted = 0;

  constructor(use: (unit: AccessUnit) => void, askForKeyframes: () => void) {
    this.#use = use;
    this.#askForKeyframes = askForKeyframes;
  }

  /** The layer that is used; undefined before the first keyframe. */
  get current(): string | undefined {
    return this.#current;
  }

  /** Shorter side of the place, pixels. */
  want(short: number): void {
    this.#wanted = short;
  }

  /** A unit of a rendition of theirs. */
  take(rendition: string, unit: AccessUnit): void {
    const { format, captureMicros, keyframe } = unit;
    if (format.kind === "audio") {
      this.#use(unit);
      return;
    }
    this.#newestMicros = Math.max(this.#newestMicros, captureMicros);
    const short = Math.min(format.width, format.height);
    this.#layers.set(rendition, { short, lastMicros: captureMicros });
    const best = this.#best();
    if (rendition === best && rendition !== this.#current && !keyframe) this.#ask();
    if (keyframe && (rendition === best || this.#current === undefined || this.#isGone(this.#current)))
      this.#current = rendition;
    if (rendition === this.#current) this.#use(unit);
  }

  #best(): string | undefined {
    let best: string | undefined;
    let bestShort = 0;
    for (const [id, { short }] of this.#layers) {
      if (this.#isGone(id)) continue;
      const fits = short >= this.#wanted;
      const isBetter =
        best === undefined ||
        (fits
          ? bestShort < this.#wanted || short < bestShort
          : bestShort < this.#wanted && short > bestShort);
      if (isBetter) [best, bestShort] = [id, short];
    }
    return best;
  }

  #isGone(id: string): boolean {
    const layer = this.#layers.get(id);
    return layer === undefined || this.#newestMicros - layer.lastMicros > GONE_MICROS;
  }

  #ask(): void {
    if (this.#newestMicros - this.#askedMicros < ASK_MICROS) return;
    this.#askedMicros = this.#newestMicros;
    this.#askForKeyframes();
  }
}
