import { FrameBuffer } from "../units/frame-buffer.ts";
import type { AudioFormat, TimedUnit } from "../units/types.ts";
import type { PesPacket } from "./parse-pes.ts";
import type { TsTimeline } from "./ts-timeline.ts";

/** What a frame of sound brings. */
export interface FramedSound {
  /** The same object as before while nothing changed. */
  format: AudioFormat;
  /** Of `format.sampleRate`. */
  samples: number;
  data: Uint8Array;
}

/** How frames of one kind lie one behind the other. Never throws. */
export interface SoundFraming {
  /** Undefined until a frame, or the program, has told it. */
  readonly format: AudioFormat | undefined;
  /** Bytes of the frame at `at`; 0: none begins there; undefined: too few bytes to tell. */
  frameBytes(bytes: Uint8Array, at: number): number | undefined;
  /** What is in a whole frame; undefined when damaged or of a kind that is not taken. */
  read(frame: Uint8Array): FramedSound | undefined;
}

/** A second of sound at most rates in one PES packet, and a frame that began before it. */
const MOST_BYTES = 256 * 1024;

/** Sound: any number of frames to a PES packet, also across two; its time is that of the first that begins in it. */
export class SoundStream {
  readonly #framing: SoundFraming;
  readonly #timeline: TsTimeline;
  readonly #buffer = new FrameBuffer(MOST_BYTES);
  /** When the next frame sounds, µs. */
  #nextMicros: number | undefined;

  constructor(framing: SoundFraming, timeline: TsTimeline) {
    this.#framing = framing;
    this.#timeline = timeline;
  }

  /** Undefined until a frame, or the program, has told it. */
  get format(): AudioFormat | undefined {
    return this.#framing.format;
  }

  take({ pts, payload }: PesPacket): TimedUnit[] {
    const begun = this.#buffer.length;
    if (!this.#buffer.append(payload)) this.lost();
    const bytes = this.#buffer.take();
    const units: TimedUnit[] = [];
    let isTimed = pts === undefined;
    let at = 0;
    while (at < bytes.length) {
      const size = this.#framing.frameBytes(bytes, at);
      if (size === undefined || (size > 0 && at + size > bytes.length)) break;
      if (size === 0) {
        at += 1;
        continue;
      }
      if (!isTimed && at >= begun) {
        this.#nextMicros = this.#timeline.at(pts!);
        isTimed = true;
      }
      const unit = this.#unit(bytes.subarray(at, at + size));
      if (unit !== undefined) units.push(unit);
      at += size;
    }
    // A frame that began here has this time though it ends in the next PES packet.
    if (!isTimed && at >= begun && at < bytes.length) this.#nextMicros = this.#timeline.at(pts!);
    this.#buffer.clear();
    this.#buffer.append(bytes.subarray(at));
    return units;
  }

  end(): TimedUnit[] {
    return [];
  }

  lost(): void {
    this.#buffer.clear();
    this.#nextMicros = undefined;
  }

  #unit(frame: Uint8Array): TimedUnit | undefined {
    const sound = this.#framing.read(frame);
    const ptsMicros = this.#nextMicros;
    if (sound === undefined || ptsMicros === undefined) return undefined;
    const { format, samples } = sound;
    this.#nextMicros = ptsMicros + (samples * 1_000_000) / format.sampleRate;
    return {
      format,
      ptsMicros: Math.round(ptsMicros),
      compositionMicros: 0,
      keyframe: true,
      samples,
      data: sound.data.slice(),
    };
  }
}
