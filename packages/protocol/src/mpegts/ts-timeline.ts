const WRAP = 2 ** 33;
/** Ticks of 90 kHz; no encoder reorders pictures over more. */
const MOST_COMPOSITION = 10 * 90_000;

/** The 33-bit times of one program on a line that does not wrap; all its streams share it. */
export class TsTimeline {
  #last: number | undefined;

  /** The nearest value to the last one that reads so, µs. */
  at(ticks: number): number {
    this.#last = this.#last === undefined ? ticks : this.#last + signed(ticks - this.#last);
    return toMicros(this.#last);
  }
}

/** Presentation minus decoding time, µs; what makes no sense is 0. */
export function compositionMicros(pts: number, dts: number): number {
  const difference = signed(pts - dts);
  return difference > 0 && difference <= MOST_COMPOSITION ? toMicros(difference) : 0;
}

/** Half a wrap forward or back at most. */
function signed(difference: number): number {
  const rest = ((difference % WRAP) + WRAP) % WRAP;
  return rest < WRAP / 2 ? rest : rest - WRAP;
}

function toMicros(ticks: number): number {
  return Math.round((ticks * 100) / 9);
}
