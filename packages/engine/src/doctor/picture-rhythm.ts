import type { VideoFormat } from "@sameroom/protocol";
import type { ExaminedUnit } from "./types.ts";

/** What is looked back on, ms. */
const WINDOW_MS = 10_000;
/** A second of 120 pictures and ten of them; more would be no stream for people. */
const MAX_PICTURES = 2400;
const KEYFRAMES = 8;
/** Steps back further than this are another timeline, µs. */
const REORDER_MICROS = 1_000_000;
/** Of the newest pictures some that belong between them may not be here yet. */
const UNSETTLED = 4;

/** Times between pictures. */
export interface Steps {
  framesPerSecond: number;
  /** Share of pictures that are not there though the rhythm wants them. */
  missingRatio: number;
  /** Share of pictures out of rhythm that no missing ones explain. */
  unevenRatio: number;
}

/** In which order and how regularly pictures come, and how large they are. */
export class PictureRhythm {
  readonly #pictures: { captureMicros: number; bytes: number; atMs: number; isReordered: boolean }[] = [];
  readonly #keyframesMicros: number[] = [];
  #newestMicros = Number.NEGATIVE_INFINITY;
  #startedMs: number | undefined;
  format: VideoFormat | undefined;

  /** The next picture in decoding order; `nowMs` since 1970. */
  add(unit: ExaminedUnit, format: VideoFormat, nowMs: number): void {
    this.format = format;
    this.#startedMs ??= nowMs;
    const { captureMicros, keyframe, data } = unit;
    const back = this.#newestMicros - captureMicros;
    if (back > REORDER_MICROS || back < -WINDOW_MS * 1000) this.#restart();
    this.#newestMicros = Math.max(this.#newestMicros, captureMicros);
    const isReordered = back > 0 && back <= REORDER_MICROS;
    this.#pictures.push({ captureMicros, bytes: data.byteLength, atMs: nowMs, isReordered });
    if (keyframe) this.#keyframesMicros.push(captureMicros);
    if (this.#keyframesMicros.length > KEYFRAMES) this.#keyframesMicros.shift();
    if (this.#pictures.length > MAX_PICTURES) this.#pictures.shift();
  }

  /** Forgets what is too old to matter. */
  trim(nowMs: number): void {
    const kept = this.#pictures.findIndex(({ atMs }) => nowMs - atMs <= WINDOW_MS);
    this.#pictures.splice(0, kept < 0 ? this.#pictures.length : kept);
  }

  /** Milliseconds since 1970; undefined: there was none lately. */
  get lastMs(): number | undefined {
    return this.#pictures.at(-1)?.atMs;
  }

  /** Pictures that belong before one that came earlier. */
  get reordered(): number {
    return this.#pictures.filter(({ isReordered }) => isReordered).length;
  }

  /** Seconds between keyframes, the last one up to the newest picture if that is longer than all before. */
  get keyframeSeconds(): number[] {
    const between = this.#keyframesMicros
      .slice(1)
      .map((at, index) => (at - this.#keyframesMicros[index]!) / 1e6);
    const last = this.#keyframesMicros.at(-1);
    const open = last === undefined ? 0 : (this.#newestMicros - last) / 1e6;
    return between.every((seconds) => open > seconds) && open > 0 ? [...between, open] : between;
  }

  /** Bit/s; undefined before there were ten seconds. */
  bitrate(nowMs: number): number | undefined {
    if (this.#startedMs === undefined || nowMs - this.#startedMs < WINDOW_MS) return undefined;
    return (this.#pictures.reduce((sum, { bytes }) => sum + bytes, 0) * 8000) / WINDOW_MS;
  }

  /** undefined while too few came. */
  get steps(): Steps | undefined {
    const times = this.#pictures.map(({ captureMicros }) => captureMicros).sort((one, other) => one - other);
    const settled = times.slice(0, -UNSETTLED);
    const steps = settled.slice(1).map((time, index) => time - settled[index]!);
    if (steps.length < 20) return undefined;
    const usual = [...steps].sort((one, other) => one - other)[Math.floor(steps.length / 2)]!;
    if (usual <= 0) return undefined;
    // RTMP counts in milliseconds: of 120 pictures a second that is 12 %.
    const tolerance = Math.max(usual * 0.25, 1500);
    let missing = 0;
    let uneven = 0;
    for (const step of steps) {
      const whole = Math.round(step / usual);
      if (Math.abs(step - usual) <= tolerance) continue;
      if (whole >= 2 && Math.abs(step - whole * usual) <= tolerance) missing += whole - 1;
      else uneven += 1;
    }
    const span = settled.at(-1)! - settled[0]!;
    return {
      framesPerSecond: (steps.length * 1e6) / span,
      missingRatio: missing / (steps.length + missing),
      unevenRatio: uneven / steps.length,
    };
  }

  #restart(): void {
    this.#pictures.length = 0;
    this.#keyframesMicros.length = 0;
    this.#newestMicros = Number.NEGATIVE_INFINITY;
    this.#startedMs = undefined;
  }
}
