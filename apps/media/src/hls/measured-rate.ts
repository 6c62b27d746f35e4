import type { Segment } from "@sameroom/engine";

/** Segments that count: half a minute and more of what is usual now, whatever came before. */
const WINDOW = 30;

/** Bits a second of one rendition, as its newest segments have them. */
export class MeasuredRate {
  readonly #segments: { bits: number; seconds: number }[] = [];

  add({ byteLength, durationMicros, gap }: Pick<Segment, "byteLength" | "durationMicros" | "gap">): void {
    if (gap || durationMicros <= 0) return;
    this.#segments.push({ bits: byteLength * 8, seconds: durationMicros / 1e6 });
    if (this.#segments.length > WINDOW) this.#segments.shift();
  }

  /** Of the worst segment; 0 before the first. */
  get peakBps(): number {
    return Math.max(0, ...this.#segments.map(({ bits, seconds }) => bits / seconds));
  }

  get averageBps(): number {
    const seconds = this.#segments.reduce((sum, segment) => sum + segment.seconds, 0);
    return seconds === 0 ? 0 : this.#segments.reduce((sum, { bits }) => sum + bits, 0) / seconds;
  }
}
