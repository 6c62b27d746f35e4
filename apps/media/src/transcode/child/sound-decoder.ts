import type { AudioFormat, UnitFormat } from "@sameroom/protocol";
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_SAMPLE_FMT_FLTP,
  FF_DECODER_AAC,
  FF_DECODER_OPUS,
} from "node-av/constants";
import { type ChannelLayout, type CodecContext, Frame, Packet } from "node-av/lib";
import { openDecoder } from "./open-codec.ts";

/** Decoded sound, valid until the next call. */
export interface Sound {
  /** One plane for each channel, all of one length. */
  planes: Float32Array[];
  /** Hz. With spectral band replication it may be twice what the format says. */
  sampleRate: number;
  layout: ChannelLayout;
}

/** Of one packet: 120 ms of Opus (RFC 6716 section 3.2); of AAC 2048. */
const mostSamples = 5760;

/** Opus or AAC packets to samples. */
export class SoundDecoder {
  /** By how much the sound comes out later than it went into the encoder, µs (RFC 7845 section 4.2); of AAC none. */
  readonly delayMicros: number;
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  /** As the last packet sounded. */
  #shape: Omit<Sound, "planes">;

  /** Throws for anything but sound. */
  constructor(input: UnitFormat) {
    const format = soundOnly(input);
    const isOpus = format.codec === "opus";
    const layout = format.channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
    this.delayMicros = isOpus ? (preSkipOf(format.configuration) * 1_000_000) / format.sampleRate : 0;
    this.#shape = { sampleRate: format.sampleRate, layout };
    this.#context = openDecoder(isOpus ? FF_DECODER_OPUS : FF_DECODER_AAC, (context) => {
      context.sampleRate = format.sampleRate;
      // What AAC holds, its configuration says, and nothing that contradicts it.
      if (isOpus) context.channelLayout = layout;
      else context.extraData = Buffer.from(format.configuration);
      context.threadCount = 1;
    });
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /** `samples`, by the format's rate, of silence for a packet that cannot be decoded, so that what follows stays where it belongs. */
  decode(data: Uint8Array, samples: number): Sound {
    const frame = this.#frame;
    this.#packet.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const sent = this.#context.sendPacketSync(this.#packet);
    this.#packet.unref();
    frame.unref();
    const planes =
      sent >= 0 && this.#context.receiveFrameSync(frame) >= 0 && frame.format === AV_SAMPLE_FMT_FLTP
        ? frame.data
        : null;
    if (planes === null) {
      const silence = new Float32Array(Math.min(Math.max(samples, 0), mostSamples));
      return { ...this.#shape, planes: Array.from({ length: this.#shape.layout.nbChannels }, () => silence) };
    }
    this.#shape = { sampleRate: frame.sampleRate, layout: frame.channelLayout };
    return {
      ...this.#shape,
      planes: planes
        .slice(0, frame.channels)
        .map((plane) => new Float32Array(plane.buffer, plane.byteOffset, frame.nbSamples)),
    };
  }

  close(): void {
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
  }
}

function soundOnly(format: UnitFormat): AudioFormat {
  if (format.kind !== "audio") throw new Error(`no sound in ${format.codecs}`);
  return format;
}

/** Of a `dOps` box (Encapsulation of Opus in ISOBMFF, section 4.3.2); 0 of what is no such box. */
function preSkipOf(configuration: Uint8Array): number {
  return configuration.length < 4 ? 0 : (configuration[2]! << 8) | configuration[3]!;
}
