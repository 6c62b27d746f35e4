import type { AccessUnit } from "@sameroom/protocol";
import { decodingMicros } from "./decode-order.ts";
import type { TargetUnit } from "./messages.ts";

/** Two units of one kind lie at least so far apart, µs: MPEG-TS wants decoding times that grow by a tick of 90 kHz. */
const LEAST_STEP_MICROS = 100;

/** Units in the node's time to units in a connection's time, which begins with its first picture, or sound without one. */
export class TargetTimeline {
  readonly #begin: "video" | "audio";
  readonly #last = { video: Number.NEGATIVE_INFINITY, audio: Number.NEGATIVE_INFINITY };
  #originMicros: number | undefined;

  constructor(options: { hasVideo: boolean }) {
    this.#begin = options.hasVideo ? "video" : "audio";
  }

  /** Undefined for what lies before the first keyframe. */
  place(unit: AccessUnit): TargetUnit | undefined {
    const { kind } = unit.format;
    const { compositionMicros, keyframe, data } = unit;
    const wantedMicros = decodingMicros(unit);
    if (this.#originMicros === undefined) {
      if (kind !== this.#begin || !keyframe) return undefined;
      this.#originMicros = wantedMicros;
    }
    if (wantedMicros < this.#originMicros) return undefined;
    const dtsMicros = Math.max(wantedMicros - this.#originMicros, this.#last[kind] + LEAST_STEP_MICROS);
    this.#last[kind] = dtsMicros;
    // A decoding time that was moved must not move the picture.
    const movedMicros = dtsMicros - (wantedMicros - this.#originMicros);
    return {
      kind,
      dtsMicros,
      compositionMicros: Math.max(0, compositionMicros - movedMicros),
      keyframe,
      data,
    };
  }
}
