import { EncoderClock } from "@sameroom/engine";
import type { AccessUnit } from "@sameroom/protocol";
import type { EncoderUnit } from "./types.ts";

/** A unit with its place in time. */
export interface TimedUnit {
  unit: AccessUnit;
  /** Presentation time on a line without the encoder's jumps, µs. */
  mediaMicros: number;
}

export interface UnitClockOptions {
  nowMs: () => number;
  unixMs: () => number;
  onTimed(timed: TimedUnit): void;
}

interface HeldUnit {
  unit: EncoderUnit;
  mediaMicros: number;
}

/**
 * So long the first units wait, ms: what an encoder held back before it was connected comes in a burst, and only its end tells when
 * the beginning was captured.
 */
const SETTLE_MS = 200;
const MOST_HELD_UNITS = 1024;
const MOST_HELD_BYTES = 16 * 1024 * 1024;
/** Thirty-five years on either side: beyond it is no time. */
const MOST_MICROS = 2 ** 50;
const MOST_COMPOSITION_MICROS = 10_000_000;
/** A packet of sound lasts 120 ms at most (Opus, RFC 6716 section 2.1.4). */
const MOST_SOUND_S = 1;

/** Gives an encoder's units their times on the node's clock. */
export class UnitClock {
  readonly #options: UnitClockOptions;
  readonly #clock = new EncoderClock();
  #held: HeldUnit[] | undefined = [];
  #heldBytes = 0;
  #firstMs: number | undefined;

  constructor(options: UnitClockOptions) {
    this.#options = options;
  }

  /** The next unit of its kind, in decoding order, at the moment it comes. Units without a time, or of a length that no sound has, are left out. */
  take(unit: EncoderUnit): void {
    const { nowMs, unixMs } = this.#options;
    const ptsMicros = Math.round(unit.ptsMicros);
    const compositionMicros = Math.max(
      0,
      Math.min(MOST_COMPOSITION_MICROS, Math.round(unit.compositionMicros)),
    );
    if (!(Math.abs(ptsMicros) < MOST_MICROS) || Number.isNaN(compositionMicros)) return;
    if (unit.format.kind === "audio" && unit.samples > MOST_SOUND_S * unit.format.sampleRate) return;
    const { kind } = unit.format;
    const arrivalMicros = unixMs() * 1000;
    const mediaMicros = this.#clock.observe({ kind, ptsMicros, compositionMicros, arrivalMicros });
    const placed = { unit: { ...unit, compositionMicros }, mediaMicros };
    if (this.#held === undefined) {
      this.#time(placed);
      return;
    }
    this.#firstMs ??= nowMs();
    this.#held.push(placed);
    this.#heldBytes += unit.data.byteLength;
    this.poll(nowMs());
  }

  /** A media time on the node's clock as mapped now, µs since 1970. */
  toUnixMicros(mediaMicros: number): number {
    return this.#clock.toUnixMicros(mediaMicros);
  }

  /** Lets go what waited long enough. */
  poll(nowMs: number): void {
    const held = this.#held;
    if (held === undefined || this.#firstMs === undefined) return;
    const isFull = held.length >= MOST_HELD_UNITS || this.#heldBytes >= MOST_HELD_BYTES;
    if (nowMs - this.#firstMs < SETTLE_MS && !isFull) return;
    this.#held = undefined;
    this.#clock.settle();
    for (const placed of held) this.#time(placed);
  }

  #time({ unit, mediaMicros }: HeldUnit): void {
    const { format, compositionMicros, keyframe, samples, data } = unit;
    const captureMicros = this.#clock.capture(format.kind, mediaMicros, compositionMicros);
    const timed = { format, captureMicros, compositionMicros, keyframe, samples, data };
    this.#options.onTimed({ unit: timed, mediaMicros });
  }
}
