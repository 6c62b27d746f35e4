/** Where segments begin, for all renditions. */
export interface Cut {
  /** Number of the segment that begins. */
  number: number;
  /** Capture time, µs. */
  atMicros: number;
  /** Up to when there was anything before it; earlier than `atMicros` only after a break. */
  endOfPreviousMicros: number;
  /** Timestamps or a format do not continue what was before. */
  discontinuity: boolean;
}

/** Number of a show's first segment. Not 0, which hls.js 1.7 takes for none: it loads parts of it again and again. ADR 0060. */
export const FIRST_SEGMENT = 1;

/** So much is remembered beyond that, µs: renditions may begin with it. */
export const MOST_PAST_MICROS = 30_000_000;

/** The cuts that some rendition has not reached yet, and the newest ones. Numbers count from `FIRST_SEGMENT`. */
export class SegmentGrid {
  readonly #cuts = new Map<number, Cut>();
  #newest: Cut | undefined;
  #first = FIRST_SEGMENT;

  /** Where the newest segment begins; undefined before the first. */
  get newest(): Cut | undefined {
    return this.#newest;
  }

  cut(options: Omit<Cut, "number">): Cut {
    const cut = { ...options, number: this.#newest === undefined ? FIRST_SEGMENT : this.#newest.number + 1 };
    this.#newest = cut;
    this.#cuts.set(cut.number, cut);
    return cut;
  }

  /** The cut that begins this segment, unless it was forgotten or is still to come. */
  at(number: number): Cut | undefined {
    return this.#cuts.get(number);
  }

  /** Number of the segment that was there so long before the newest, or of the first behind a discontinuity, where times do not go on. */
  back(micros: number): number {
    const newest = this.#newest;
    if (newest === undefined) return FIRST_SEGMENT;
    let { number } = newest;
    for (let cut: Cut | undefined = newest; cut !== undefined; cut = this.at(number - 1)) {
      number = cut.number;
      if (cut.discontinuity || newest.atMicros - cut.atMicros >= Math.min(micros, MOST_PAST_MICROS)) break;
    }
    return number;
  }

  /** No rendition is behind this segment any more. */
  forgetBefore(number: number): void {
    const until = Math.min(number, this.back(MOST_PAST_MICROS));
    for (; this.#first < until; this.#first += 1) this.#cuts.delete(this.#first);
  }
}
