import type { UnitFormat } from "@sameroom/protocol";
import type { SoundLevel, WireUnit, Work } from "../messages.ts";
import type { StreamJob } from "./job.ts";
import { SoundDecoder } from "./sound-decoder.ts";

/** What silence is said to be: below it there is only arithmetic. */
const silenceDbfs = -120;

/** How loud sound is, a second at a time. A second that came with holes is as long as what came. */
export class LevelsJob implements StreamJob {
  readonly #tell: (level: SoundLevel) => void;
  #decoder: SoundDecoder;
  #captureMicros = 0;
  #samples = 0;
  #sampleRate = 0;
  #peak = 0;
  /** Sum of squares, and of how many. */
  #energy = 0;
  #values = 0;

  constructor({ input }: Extract<Work, { kind: "levels" }>, tell: (level: SoundLevel) => void) {
    this.#tell = tell;
    this.#decoder = new SoundDecoder(input);
  }

  setFormat(format: UnitFormat): void {
    const decoder = new SoundDecoder(format);
    this.#decoder.close();
    this.#decoder = decoder;
  }

  take(unit: WireUnit): void {
    const { planes, sampleRate } = this.#decoder.decode(unit.data, unit.samples);
    if (this.#samples === 0) this.#captureMicros = unit.captureMicros - this.#decoder.delayMicros;
    for (const plane of planes) {
      for (let at = 0; at < plane.length; at++) {
        const value = Math.abs(plane[at]!);
        if (value > this.#peak) this.#peak = value;
        this.#energy += value * value;
      }
      this.#values += plane.length;
    }
    this.#sampleRate = sampleRate;
    this.#samples += planes[0]!.length;
    if (this.#samples >= this.#sampleRate) this.#finish();
  }

  /** There is one output only: dropping it is closing the job. */
  drop(): void {}

  close(): void {
    this.#decoder.close();
  }

  #finish(): void {
    const rms = Math.sqrt(this.#energy / this.#values);
    this.#tell({ captureMicros: this.#captureMicros, peakDbfs: dbfs(this.#peak), rmsDbfs: dbfs(rms) });
    this.#samples = 0;
    this.#peak = 0;
    this.#energy = 0;
    this.#values = 0;
  }
}

/** Decibels below full scale, to a hundredth; damaged sound may decode to what is no number. */
function dbfs(value: number): number {
  const level = 20 * Math.log10(value);
  return Number.isNaN(level) ? silenceDbfs : Math.max(silenceDbfs, Math.round(level * 100) / 100);
}
