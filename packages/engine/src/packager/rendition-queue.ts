import type { AccessUnit, UnitFormat } from "@sameroom/protocol";
import { PartWriter, type PartWriterOptions } from "./part-writer.ts";
import type { RenditionInfo } from "./types.ts";

/** What one rendition has brought and what of it is written. Belongs to a `Packager`. */
export class RenditionQueue {
  readonly info: RenditionInfo;
  readonly isMaster: boolean;
  /** Begins so long ago. */
  readonly pastMicros: number;
  readonly writer: PartWriter;
  /** Number of the segment that is open, or that opens next. */
  number: number;
  /** Decoding time of the newest unit that came, and of the newest that was written, µs. */
  newestMicros = Number.NEGATIVE_INFINITY;
  writtenMicros = Number.NEGATIVE_INFINITY;
  isPaused = false;
  /** Number of the segment that was open when it began to be brought, or went on: until it is there it catches up. */
  joinedNumber = 0;
  /** Nothing more goes into the segment that is open. */
  isResting = false;
  readonly #patienceMicros: number;
  /** How far the others were then. */
  #joinedMicros = Number.NEGATIVE_INFINITY;
  #units: AccessUnit[] = [];
  /** The newest format as it came, and the equal one that counts. */
  #given: UnitFormat | undefined;
  #taken: UnitFormat | undefined;
  #at = 0;

  constructor(
    options: PartWriterOptions & {
      isMaster: boolean;
      patienceMicros: number;
      pastMicros: number;
      number: number;
    },
  ) {
    this.info = options.info;
    this.isMaster = options.isMaster;
    this.#patienceMicros = options.patienceMicros;
    this.pastMicros = options.pastMicros;
    this.number = options.number;
    this.writer = new PartWriter(options);
  }

  get head(): AccessUnit | undefined {
    return this.#units[this.#at];
  }

  get length(): number {
    return this.#units.length - this.#at;
  }

  /** It is brought from now on, beginning with what may be past. `newest`: where the others are. */
  join(newest: { number: number; micros: number }): void {
    this.isPaused = false;
    this.joinedNumber = newest.number;
    this.#joinedMicros = newest.micros;
  }

  /** Has brought nothing for too long, while others are at `newestMicros`. */
  isStalled(newestMicros: number): boolean {
    const lateMicros = newestMicros - Math.max(this.newestMicros, this.#joinedMicros);
    return this.isPaused || lateMicros > this.#patienceMicros;
  }

  push(unit: AccessUnit): void {
    this.#units.push(this.#withKnownFormat(unit));
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

  /** A host who is back brings the same set-up as another object. */
  #withKnownFormat(unit: AccessUnit): AccessUnit {
    const { format } = unit;
    if (format !== this.#given) {
      this.#given = format;
      if (this.#taken === undefined || !isSameFormat(format, this.#taken)) this.#taken = format;
    }
    return this.#taken === format ? unit : { ...unit, format: this.#taken! };
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

function isSameFormat(left: UnitFormat, right: UnitFormat): boolean {
  const isAlike =
    left.codecs === right.codecs &&
    left.configuration.length === right.configuration.length &&
    left.configuration.every((byte, index) => byte === right.configuration[index]);
  if (left.kind === "video")
    return isAlike && right.kind === "video" && left.width === right.width && left.height === right.height;
  return (
    isAlike &&
    right.kind === "audio" &&
    left.sampleRate === right.sampleRate &&
    left.channels === right.channels
  );
}
