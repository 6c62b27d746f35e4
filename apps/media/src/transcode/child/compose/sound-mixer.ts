import type { AudioFormat, UnitFormat } from "@sameroom/protocol";
import type { WireUnit } from "../../messages.ts";
import { opusRate } from "../opus-encoder.ts";
import { MemberSound } from "./member-sound.ts";

/** Samples that are mixed at a time: 20 ms. */
export const MIXED_SAMPLES = 960;
/** Louder than this is bent instead of cut off. */
const KNEE = 0.8;

/** The voices of several people as one, in stereo at 48 kHz, sample behind sample from one moment on. */
export class SoundMixer {
  readonly #members = new Map<string, MemberSound>();
  readonly #formats = new Map<string, AudioFormat>();
  #originMicros: number | undefined;
  #position = 0;

  /** From here on sample number 0 is of this moment. */
  begin(atMicros: number): void {
    this.#originMicros = atMicros;
    this.#position = 0;
    for (const member of this.#members.values()) member.begin(atMicros, 0);
  }

  /** Samples so far. */
  get position(): number {
    return this.#position;
  }

  /** When sample number `position` is heard, µs. */
  microsAt(position: number): number {
    return (this.#originMicros ?? 0) + Math.round((position * 1_000_000) / opusRate);
  }

  setFormat(member: string, format: UnitFormat): void {
    if (format.kind !== "audio") throw new Error(`no sound in ${format.codecs}`);
    this.#formats.set(member, format);
    this.#members.get(member)?.setFormat(format);
  }

  take(member: string, unit: WireUnit): void {
    const format = this.#formats.get(member);
    if (format === undefined) return;
    let sound = this.#members.get(member);
    if (sound === undefined) {
      sound = new MemberSound(format);
      if (this.#originMicros !== undefined) sound.begin(this.#originMicros, this.#position);
      this.#members.set(member, sound);
    }
    sound.take(unit);
  }

  /** {@link MIXED_SAMPLES} more of each channel; `isHeard` says who is part of it. */
  mix(isHeard: (member: string) => boolean): Float32Array[] {
    const mixed = [new Float32Array(MIXED_SAMPLES), new Float32Array(MIXED_SAMPLES)];
    for (const [member, sound] of this.#members) sound.addTo(mixed, this.#position, isHeard(member) ? 1 : 0);
    this.#position += MIXED_SAMPLES;
    for (const plane of mixed) for (let at = 0; at < MIXED_SAMPLES; at += 1) plane[at] = bend(plane[at]!);
    return mixed;
  }

  /** Forgets all but these. */
  keep(members: ReadonlySet<string>): void {
    for (const [member, sound] of this.#members) {
      if (members.has(member)) continue;
      sound.close();
      this.#members.delete(member);
    }
    for (const member of this.#formats.keys()) if (!members.has(member)) this.#formats.delete(member);
  }

  close(): void {
    this.keep(new Set());
  }
}

/** Several who speak at once are louder than what there is room for. */
function bend(value: number): number {
  const size = Math.abs(value);
  if (size <= KNEE) return value;
  return Math.sign(value) * (KNEE + (1 - KNEE) * Math.tanh((size - KNEE) / (1 - KNEE)));
}
