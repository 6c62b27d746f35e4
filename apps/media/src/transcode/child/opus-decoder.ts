import type { AudioFormat } from "@sameroom/protocol";
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_SAMPLE_FMT_FLTP,
  FF_DECODER_OPUS,
} from "node-av/constants";
import { type CodecContext, Frame, Packet } from "node-av/lib";
import { openDecoder } from "./open-codec.ts";

/** Opus always runs at 48 kHz (RFC 7587 section 4.1). */
export const opusRate = 48_000;
/** Of one packet: 120 ms (RFC 6716 section 3.2). */
const mostSamples = 5760;

/** Opus packets to samples. */
export class OpusDecoder {
  /** Samples by which the sound comes out later than it went into the encoder (RFC 7845 section 4.2). */
  readonly preSkip: number;
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  readonly #frame = new Frame();

  constructor(format: AudioFormat) {
    this.preSkip = preSkipOf(format.configuration);
    this.#context = openDecoder(FF_DECODER_OPUS, (context) => {
      context.sampleRate = opusRate;
      context.channelLayout = format.channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
      context.threadCount = 1;
    });
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /**
   * One plane for each channel, valid until the next call. `samples` of silence for a packet that cannot be decoded, so
   * that the sound after it stays where it belongs.
   */
  decode(data: Uint8Array, samples: number): Float32Array[] {
    const frame = this.#frame;
    this.#packet.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const sent = this.#context.sendPacketSync(this.#packet);
    this.#packet.unref();
    frame.unref();
    const planes =
      sent >= 0 && this.#context.receiveFrameSync(frame) >= 0 && frame.format === AV_SAMPLE_FMT_FLTP
        ? frame.data
        : null;
    if (planes === null) return [new Float32Array(Math.min(Math.max(samples, 0), mostSamples))];
    return planes
      .slice(0, frame.channels)
      .map((plane) => new Float32Array(plane.buffer, plane.byteOffset, frame.nbSamples));
  }

  close(): void {
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
  }
}

/** Of a `dOps` box (Encapsulation of Opus in ISOBMFF, section 4.3.2); 0 of what is no such box. */
function preSkipOf(configuration: Uint8Array): number {
  return configuration.length < 4 ? 0 : (configuration[2]! << 8) | configuration[3]!;
}
