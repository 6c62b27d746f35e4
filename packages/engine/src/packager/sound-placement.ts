import type { AccessUnit, AudioFormat } from "@sameroom/protocol";
import { opusSilence } from "../units/opus-silence.ts";
import { type SilentPacket, silentPacket } from "../units/silent-packet.ts";

/** Sound is moved by a whole packet when it is so far off the capture clock, ms: below what anybody notices (ITU-R BT.1359). */
const MOST_OFF_MS = 30;
/** Of longer holes no silence is made: sound was not there. */
const MOST_SILENCE_S = 5;

/** Where a packet of sound stands, and the silence in front of it. Ticks are samples. */
export interface PlacedSound {
  time: number;
  silence: readonly SilentPacket[];
}

/**
 * Packets of sound follow each other without holes, as decoders play them; the capture clock runs a little slower or faster.
 * What adds up is corrected by whole packets: one left out, or one of silence put in.
 */
export class SoundPlacement {
  #isRunning = false;

  /** The next packet stands where its capture time says. */
  restart(): void {
    this.#isRunning = false;
  }

  /** `time`: by the capture clock; `endTime`: behind the packet before. Undefined: the packet is left out. */
  place(unit: AccessUnit, time: number, endTime: number): PlacedSound | undefined {
    if (!this.#isRunning) {
      if (time < endTime - unit.samples / 2) return undefined;
      this.#isRunning = true;
      return { time: Math.max(time, endTime), silence: [] };
    }
    const format = unit.format as AudioFormat;
    const { sampleRate } = format;
    const off = time - endTime;
    const most = (sampleRate * MOST_OFF_MS) / 1000;
    if (off < -most) return undefined;
    if (off <= most) return { time: endTime, silence: [] };
    const packets = Math.max(1, Math.floor(off / unit.samples));
    const silence = off > sampleRate * MOST_SILENCE_S ? undefined : silenceOf(format, packets, unit.samples);
    if (silence === undefined) return { time: endTime + packets * unit.samples, silence: [] };
    return { time: endTime, silence };
  }
}

/** In the place of so many packets; undefined where none can be made. */
function silenceOf(format: AudioFormat, packets: number, samples: number): SilentPacket[] | undefined {
  if (format.codec === "opus") return [...opusSilence(packets * samples)];
  const packet = silentPacket(format);
  return packet?.samples === samples ? new Array<SilentPacket>(packets).fill(packet) : undefined;
}
