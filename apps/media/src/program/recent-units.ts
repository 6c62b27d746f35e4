import type { AccessUnit } from "@sameroom/protocol";

/** Half a minute, also of packets of 15 ms. */
const MOST_UNITS = 2000;
/** A clock that was set back by more begins a new past, µs. */
const MOST_BACK_MICROS = 1_000_000;

/** The newest units of a sound: who makes another of it can begin with what is past. */
export class RecentUnits {
  readonly #keepMicros: number;
  #units: AccessUnit[] = [];
  #from = 0;

  /** `keepMs`: so much is kept, and no more than 2,000 units. */
  constructor(keepMs: number) {
    this.#keepMicros = keepMs * 1000;
  }

  take(unit: AccessUnit): void {
    const newest = this.#units.at(-1);
    if (newest !== undefined && newest.captureMicros - unit.captureMicros > MOST_BACK_MICROS) this.forget();
    const units = this.#units;
    units.push(unit);
    const oldestMicros = unit.captureMicros - this.#keepMicros;
    while (units[this.#from]!.captureMicros < oldestMicros || units.length - this.#from > MOST_UNITS)
      this.#from += 1;
    if (this.#from < MOST_UNITS) return;
    this.#units = units.slice(this.#from);
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
