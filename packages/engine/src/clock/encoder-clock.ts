export interface EncoderMoment {
  kind: "audio" | "video";
  /** On the encoder's own timeline, µs. */
  ptsMicros: number;
  /** Presentation minus decoding time, µs. */
  compositionMicros: number;
  /** When it came, µs since 1970 on the node's clock. */
  arrivalMicros: number;
}

/** One stretch of the encoder's timeline. */
interface Line {
  /** What is added to its times. */
  readonly shiftMicros: number;
  /** Newest decoding time of each kind. */
  readonly newest: { audio?: number; video?: number };
  /** Of either kind, on the node's clock. */
  arrivalMicros: number;
}

/** A step forward that is longer begins a new line; so does one so far back. */
const MOST_AHEAD_MICROS = 10_000_000;
const MOST_BACK_MICROS = 500_000;
/** The kind that has not jumped yet stays on the old line for so long. */
const LINE_MEMORY_MICROS = 5_000_000;

/** The least transit time is sought in the last one to two windows of this length. */
const WINDOW_MICROS = 30_000_000;
/**
 * When nothing came quicker in such a window, the encoder rested: what it sends now is that much younger, and players have a hole up to
 * its next keyframe. With less it waits in a queue, or its machine is busy.
 */
const REST_WINDOW_MICROS = 2_000_000;
const REST_MICROS = 10_000_000;
const STEADY_MICROS = 300_000;

/** How much faster or slower than real time the mapping moves: unnoticed, and where something would be captured so long after it came. */
const SLEW = 0.005;
const LARGE_SLEW = 0.05;
const LARGE_MICROS = 100_000;

/**
 * An encoder's timeline on the node's clock. What comes quickest tells best when it was presented: nothing arrives before that.
 * Sound and picture share one mapping, so they stay together whatever the network does; the mapping follows a clock that
 * runs fast or slow by slow steps. Timelines that jump (an encoder that starts over, a file that begins again) are put together,
 * also while only one of the two kinds has jumped.
 */
export class EncoderClock {
  /** The newest first. */
  #lines: Line[] = [];
  /** Node's clock minus media time. */
  #offset: number | undefined;
  #slewedMicros = 0;
  readonly #least = new WindowLeast(WINDOW_MICROS);
  readonly #recent = new WindowLeast(REST_WINDOW_MICROS);
  readonly #decoded = { audio: Number.NEGATIVE_INFINITY, video: Number.NEGATIVE_INFINITY };

  /**
   * The next unit of its kind, in decoding order, at the moment it comes. Returns its media time: presentation time on a line that
   * goes on through every jump of the encoder's, µs; what timestamps are made of.
   */
  observe({ kind, ptsMicros, compositionMicros, arrivalMicros }: EncoderMoment): number {
    const line = this.#lineOf(kind, ptsMicros - compositionMicros, ptsMicros, arrivalMicros);
    const mediaMicros = ptsMicros + line.shiftMicros;
    this.#learn(arrivalMicros - mediaMicros, arrivalMicros);
    return mediaMicros;
  }

  /**
   * Presentation time on the node's clock of a unit that was observed, µs since 1970; once for each, in the same order. Decoding times
   * of a kind only ever grow.
   */
  capture(kind: "audio" | "video", mediaMicros: number, compositionMicros: number): number {
    const decoding = this.toUnixMicros(mediaMicros) - compositionMicros;
    // Decoders and packagers know no way back: time stands still for what comes out of order.
    this.#decoded[kind] = Math.max(decoding, this.#decoded[kind] + 1);
    return this.#decoded[kind] + compositionMicros;
  }

  /** A media time on the node's clock as mapped now, µs since 1970. */
  toUnixMicros(mediaMicros: number): number {
    return Math.round(mediaMicros + (this.#offset ?? 0));
  }

  /**
   * Takes the best that is known so far at once, not in small steps. For the beginning, before anything was timed: what was held
   * back on its way comes in a burst, and the last of it tells the time of the first.
   */
  settle(): void {
    if (this.#offset !== undefined) this.#offset = this.#least.value;
  }

  #lineOf(kind: "audio" | "video", decoding: number, ptsMicros: number, arrivalMicros: number): Line {
    this.#lines = this.#lines.filter(
      (line, index) => index === 0 || arrivalMicros - line.arrivalMicros < LINE_MEMORY_MICROS,
    );
    let line = this.#lines.find((candidate) => isOn(candidate, kind, decoding));
    if (line === undefined) {
      const shiftMicros = this.#offset === undefined ? -ptsMicros : arrivalMicros - this.#offset - ptsMicros;
      line = { shiftMicros, newest: {}, arrivalMicros };
      this.#lines = [line, ...this.#lines.slice(0, 1)];
    }
    line.newest[kind] = Math.max(decoding, line.newest[kind] ?? decoding);
    line.arrivalMicros = arrivalMicros;
    return line;
  }

  #learn(transit: number, arrivalMicros: number): void {
    this.#least.add(transit, arrivalMicros);
    const recent = this.#recent.add(transit, arrivalMicros);
    if (recent !== undefined && recent.least - this.#least.value > REST_MICROS && isSteady(recent)) {
      this.#least.restart(recent.least, arrivalMicros);
      this.#offset = recent.least;
    }
    if (this.#offset === undefined) {
      this.#offset = this.#least.value;
      this.#slewedMicros = arrivalMicros;
      return;
    }
    const error = this.#least.value - this.#offset;
    const share = -error > LARGE_MICROS ? LARGE_SLEW : SLEW;
    const most = Math.max(0, arrivalMicros - this.#slewedMicros) * share;
    this.#slewedMicros = Math.max(this.#slewedMicros, arrivalMicros);
    this.#offset += Math.max(-most, Math.min(most, error));
  }
}

interface Window {
  first: number;
  least: number;
}

/** What waits in a queue comes sooner and sooner; after a rest all is as late as the first. */
function isSteady({ first, least }: Window): boolean {
  return first - least < STEADY_MICROS;
}

/** The least value of the window that runs and the one before. */
class WindowLeast {
  readonly #windowMicros: number;
  #before = Number.POSITIVE_INFINITY;
  #window: Window | undefined;
  #endsMicros = Number.NEGATIVE_INFINITY;

  constructor(windowMicros: number) {
    this.#windowMicros = windowMicros;
  }

  get value(): number {
    return Math.min(this.#before, this.#window?.least ?? Number.POSITIVE_INFINITY);
  }

  /** Returns the window that is over now; undefined while it runs. */
  add(value: number, atMicros: number): Window | undefined {
    const window = this.#window;
    if (window !== undefined && atMicros < this.#endsMicros) {
      window.least = Math.min(window.least, value);
      return undefined;
    }
    this.restart(value, atMicros);
    this.#before = window?.least ?? Number.POSITIVE_INFINITY;
    return window;
  }

  restart(value: number, atMicros: number): void {
    this.#before = Number.POSITIVE_INFINITY;
    this.#window = { first: value, least: value };
    this.#endsMicros = atMicros + this.#windowMicros;
  }
}

/** Whether a decoding time of this kind goes on with the line. */
function isOn({ newest }: Line, kind: "audio" | "video", decoding: number): boolean {
  const own = newest[kind];
  if (own !== undefined) {
    const step = decoding - own;
    return step <= MOST_AHEAD_MICROS && step >= -MOST_BACK_MICROS;
  }
  const other = newest[kind === "audio" ? "video" : "audio"];
  return other !== undefined && Math.abs(decoding - other) <= MOST_AHEAD_MICROS;
}
