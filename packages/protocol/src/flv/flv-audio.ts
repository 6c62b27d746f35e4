import { aacSamples, parseAacConfiguration } from "../units/aac-format.ts";
import { opusFormat } from "../units/opus-format.ts";
import { opusSamples } from "../units/opus-samples.ts";
import type { AudioFormat } from "../units/types.ts";
import { SoundTimeline } from "./sound-timeline.ts";
import type { FlvPacket, FlvUnit } from "./types.ts";

/** "OpusHead", version, channels (RFC 7845 section 5.1). */
const OPUS_HEAD_BYTES = 19;
const OPUS_CHANNELS_AT = 9;

/** The sound of one track. */
export class FlvAudio {
  #codec: string | undefined;
  #format: AudioFormat | undefined;
  readonly #timeline = new SoundTimeline();

  /** As the sender has announced it, whether or not any has come. */
  get format(): AudioFormat | undefined {
    return this.#format;
  }

  /** The sound in a packet stamped `statedMicros`; undefined until it was said how to decode it. Never throws. */
  take({ codec, kind, data, offsetNanos }: FlvPacket, statedMicros: number): FlvUnit | undefined {
    if (codec !== this.#codec) {
      this.#codec = codec;
      this.#format = undefined;
    }
    if (kind === "start") this.#start(data);
    const format = this.#format;
    if (kind !== "frame" || data.length === 0 || format === undefined) return undefined;
    const samples = format.codec === "opus" ? opusSamples(data) : aacSamples(format);
    if (samples === 0) return undefined;
    const durationMicros = (samples / format.sampleRate) * 1_000_000;
    const ptsMicros = Math.round(this.#timeline.place(statedMicros + offsetNanos / 1000, durationMicros));
    return { format, ptsMicros, compositionMicros: 0, keyframe: true, samples, data };
  }

  /** Encoders repeat the set-up: the same keeps its object. */
  #start(configuration: Uint8Array): void {
    const format =
      this.#codec === "Opus" ? parseOpusHead(configuration) : parseAacConfiguration(configuration);
    if (format !== undefined && !isSame(format, this.#format)) this.#format = format;
  }
}

/** Of one or two channels. */
function parseOpusHead(head: Uint8Array): AudioFormat | undefined {
  const channels = head[OPUS_CHANNELS_AT];
  if (head.length < OPUS_HEAD_BYTES || (channels !== 1 && channels !== 2)) return undefined;
  return opusFormat(channels);
}

function isSame(left: AudioFormat, right: AudioFormat | undefined): boolean {
  return (
    left.codec === right?.codec &&
    left.configuration.length === right.configuration.length &&
    left.configuration.every((byte, index) => byte === right.configuration[index])
  );
}
