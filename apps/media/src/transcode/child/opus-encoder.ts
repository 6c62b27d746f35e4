import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_SAMPLE_FMT_FLT,
  FF_ENCODER_LIBOPUS,
} from "node-av/constants";
import { type CodecContext, FFmpegError, Frame, Packet, Rational } from "node-av/lib";
import { openEncoder } from "./open-codec.ts";

/** Opus always runs at 48 kHz (RFC 7587 section 4.1). */
export const opusRate = 48_000;
/** 20 ms, what browsers send and their jitter buffers expect. */
export const opusPacketSamples = 960;

export interface OpusEncoderOptions {
  channels: 1 | 2;
  /** Bit/s. */
  bitrate: number;
}

/** Samples to Opus packets of 20 ms. */
export class OpusEncoder {
  /** Samples by which a decoder puts the sound out later than it went in here. */
  readonly delay: number;
  readonly #channels: 1 | 2;
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  readonly #frame = new Frame();

  constructor({ channels, bitrate }: OpusEncoderOptions) {
    this.#channels = channels;
    this.#context = openEncoder(
      FF_ENCODER_LIBOPUS,
      (context) => {
        context.sampleRate = opusRate;
        context.sampleFormat = AV_SAMPLE_FMT_FLT;
        context.channelLayout = this.#layout;
        context.timeBase = new Rational(1, opusRate);
        context.bitRate = BigInt(bitrate);
        context.threadCount = 1;
      },
      // In-band FEC is what our SDP promises; at rates where Opus has none it costs nothing.
      { frame_duration: "20", application: "audio", fec: "1", packet_loss: "5" },
    );
    this.delay = preSkipOf(this.#context.extraData);
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /** Takes {@link opusPacketSamples} of each channel; the packet, or undefined where the encoder made none. */
  encode(planes: readonly Float32Array[]): Uint8Array | undefined {
    const frame = this.#frame;
    frame.unref();
    frame.nbSamples = opusPacketSamples;
    frame.format = AV_SAMPLE_FMT_FLT;
    frame.sampleRate = opusRate;
    frame.channelLayout = this.#layout;
    FFmpegError.throwIfError(frame.getBuffer(), "sound buffer");
    const samples = this.#interleave(planes);
    frame.data?.[0]?.set(Buffer.from(samples.buffer));
    FFmpegError.throwIfError(this.#context.sendFrameSync(frame), "encode sound");
    if (this.#context.receivePacketSync(this.#packet) < 0) return undefined;
    const data = this.#packet.data === null ? undefined : Uint8Array.from(this.#packet.data);
    this.#packet.unref();
    return data;
  }

  close(): void {
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
  }

  #interleave(planes: readonly Float32Array[]): Float32Array {
    const channels = this.#channels;
    const samples = new Float32Array(opusPacketSamples * channels);
    for (let channel = 0; channel < channels; channel++) {
      const plane = planes[channel]!;
      for (let at = 0; at < opusPacketSamples; at++) samples[at * channels + channel] = plane[at]!;
    }
    return samples;
  }

  get #layout() {
    return this.#channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
  }
}

/** Of an `OpusHead` (RFC 7845 section 5.1), which FFmpeg gives as extradata; 0 where it gives none. */
function preSkipOf(head: Buffer | null): number {
  return head !== null && head.length >= 12 ? head.readUInt16LE(10) : 0;
}
