import type { AccessUnit } from "@sameroom/protocol";
import { PartWriter, type PartWriterOptions } from "./part-writer.ts";
import type { RenditionInfo } from "./types.ts";

/** What one rendition has brought and what of it is written. Belongs to a `Packager`. */
export class RenditionQueue {
  readonly info: RenditionInfo;
  readonly isMaster: boolean;
  readonly writer: PartWriter;
  /** Number of the segment that is open, or that opens next. */
  number: number;
  /** Decoding time of the newest unit that came, and of the newest that was written, µs. */
  newestMicros = Number.NEGATIVE_INFINITY;
  writtenMicros = Number.NEGATIVE_INFINITY;
  isPaused = false;
  /** Nothing more goes into the segment that is open. */
  isResting = false;
  #units: AccessUnit[] = [];
  #at = 0;

  constructor(options: PartWriterOptions & { isMaster: boolean; number: number }) {
    this.info = options.info;
    this.isMaster = options.isMaster;
    this.number = options.number;
    this.writer = new PartWriter(options);
  }

  get head(): AccessUnit | undefined {
    return this.#units[this.#at];
  }

  get length(): number {
    return this.#units.length - this.#at;
  }

  push(unit: AccessUnit): void {
    this.#units.push(unit);
    this.newestMicros = Math.max(this.newestMicros, decodingTime(unit));
  }

  shift(): void {
    this.#at += 1;
    if (this.#at < this.#units.length && this.#at < 64) return;
    this.#units = this.#units.slice(this.#at);
    this.#at = 0;
  }

  clear(): void {
    this.#units = [];
    this.#at = 0;
  }

  /** Whether no keyframe that waits behind this unit is closer to `atMicros`. */
  isNearest(unit: AccessUnit, atMicros: number): boolean {
    const distance = Math.abs(decodingTime(unit) - atMicros);
    for (let index = this.#at; index < this.#units.length; index += 1) {
      const other = this.#units[index]!;
      if (other.keyframe && other !== unit && Math.abs(decodingTime(other) - atMicros) < distance)
        return false;
    }
    return true;
  }

  /** Where it begins to be decodable, if it has come already. */
  firstKeyframe(): AccessUnit | undefined {
    return this.#units.slice(this.#at).find(({ keyframe }) => keyframe);
  }
}

/** When a unit is decoded, µs since 1970: segments are cut by it. */
export function decodingTime({ captureMicros, compositionMicros }: AccessUnit): number {
  return captureMicros - compositionMicros;
}
