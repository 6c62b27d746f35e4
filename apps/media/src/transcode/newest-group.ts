import type { AccessUnit } from "@sameroom/protocol";

const MOST_BYTES = 16 * 1024 * 1024;

/** A picture's units since its newest keyframe: who decodes them needs not wait for the next one. */
export class NewestGroup {
  readonly #mostUnits: number;
  #units: AccessUnit[] = [];
  #bytes = 0;
  #isHeld = false;

  /** `mostUnits`: a group is kept up to so many, and 16 MB. */
  constructor(mostUnits: number) {
    this.#mostUnits = mostUnits;
  }

  /** In order of decoding; empty before the first keyframe, and when it was forgotten. */
  get units(): readonly AccessUnit[] {
    return this.#units;
  }

  /** It has a keyframe, and all units since then. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Takes the next unit; false: there is no place for another one, and it has to be forgotten. */
  take(unit: AccessUnit): boolean {
    if (unit.keyframe) {
      this.forget();
      this.#isHeld = true;
    }
    if (!this.#isHeld) return true;
    this.#units.push(unit);
    this.#bytes += unit.data.byteLength;
    return this.#units.length < this.#mostUnits && this.#bytes < MOST_BYTES;
  }

  /** Keeps nothing until the next keyframe. */
  forget(): void {
    this.#units = [];
    this.#bytes = 0;
    this.#isHeld = false;
  }
}
