import type { AudioFormat, UnitFormat } from "@sameroom/protocol";
import type { WireUnit } from "../../messages.ts";
import { FollowedSound, type FollowedSoundSink } from "../followed-sound.ts";
import { opusRate } from "../opus-encoder.ts";

/** Sound that waits for its moment: more is not kept, samples. */
const ROOM = 4 * opusRate;
/** Where sound ends in its midst it dies away for so long, samples: 5 ms. */
const TAIL = 240;

/**
 * The sound of one member of a composition, each sample at its moment. What comes too late is left out, what does not come is silence.
 * Samples are counted from a moment of its own, so that sound is kept from before the mix begins, too.
 */
export class MemberSound implements FollowedSoundSink {
  readonly #sound: FollowedSound;
  readonly #ring = [new Float32Array(ROOM), new Float32Array(ROOM)];
  /** The moment of its sample number 0; undefined: nothing has come. */
  #zeroMicros: number | undefined;
  /** Which of its samples is number 0 of the mix; undefined: the mix has not begun. */
  #base: number | undefined;
  /** Where the next samples go; undefined: it is not known yet. */
  #at: number | undefined;
  /** Behind the newest sample that has come, and behind what was mixed. */
  #end = 0;
  #read = Number.NEGATIVE_INFINITY;
  #gain = 0;

  constructor(input: AudioFormat) {
    this.#sound = new FollowedSound(input, 2, this);
  }

  /** The mix began at this moment; `position` of it is mixed next. */
  begin(originMicros: number, position: number): void {
    this.#zeroMicros ??= originMicros;
    this.#base = Math.round(samplesOf(originMicros - this.#zeroMicros));
    this.#read = this.#base + position;
    for (let at = this.#end - ROOM; at < Math.min(this.#read, this.#end); at += 1)
      for (const plane of this.#ring) plane[indexOf(at)] = 0;
  }

  setFormat(format: UnitFormat): void {
    this.#sound.setFormat(format);
  }

  take(unit: WireUnit): void {
    this.#sound.take(unit);
  }

  /** Adds what is to be heard from sample `position` of the mix on. Louder and softer comes gradually. */
  addTo(mixed: readonly Float32Array[], position: number, gain: number): void {
    if (this.#base === undefined) return;
    const samples = mixed[0]!.length;
    const start = this.#base + position;
    const [before, step] = [this.#gain, (gain - this.#gain) / samples];
    for (const [channel, target] of mixed.entries()) {
      const ring = this.#ring[channel]!;
      for (let at = 0; at < samples; at += 1) {
        const index = indexOf(start + at);
        target[at] = target[at]! + ring[index]! * (before + step * at);
        ring[index] = 0;
      }
    }
    this.#gain = gain;
    this.#read = start + samples;
  }

  remainder(): number {
    return TAIL;
  }

  restart(): void {
    this.#at = undefined;
  }

  append(planes: readonly Float32Array[]): void {
    const samples = planes[0]!.length;
    const startMicros = this.#sound.microsAt(0);
    this.#zeroMicros ??= startMicros;
    const start = this.#at ?? Math.round(samplesOf(startMicros - this.#zeroMicros));
    this.#at = start + samples;
    this.#end = Math.max(this.#end, this.#at);
    for (const [channel, plane] of planes.entries()) {
      const ring = this.#ring[channel]!;
      for (let at = Math.max(0, this.#read - start); at < samples; at += 1) {
        if (start + at >= this.#read + ROOM && this.#base !== undefined) break;
        ring[indexOf(start + at)] = plane[at]!;
      }
    }
  }

  close(): void {
    this.#sound.close();
  }
}

function samplesOf(micros: number): number {
  return (micros * opusRate) / 1_000_000;
}

function indexOf(at: number): number {
  return ((at % ROOM) + ROOM) % ROOM;
}
