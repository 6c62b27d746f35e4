import type { AccessUnit } from "@sameroom/protocol";

/** The newest units of a sound: who makes another of it can begin with what is past. */
export class RecentUnits {
  readonly #most: number;
  #units: AccessUnit[] = [];
  #from = 0;

  /** `most`: so many are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  take(unit: AccessUnit): void {
    this.#units.push(unit);
    if (this.#units.length - this.#from <= this.#most) return;
    this.#from += 1;
    if (this.#from < this.#most) return;
    this.#units = this.#units.slice(this.#from);
    this.#from = 0;
  }

  /** Those that were captured at this time or later, µs since 1970, in the order they came. */
  since(captureMicros: number): readonly AccessUnit[] {
    return this.#units.slice(this.#from).filter((unit) => unit.captureMicros >= captureMicros);
  }

  /** Keeps none. */
  forget(): void {
    this.#units = [];
    this.#from = 0;
  }
}
