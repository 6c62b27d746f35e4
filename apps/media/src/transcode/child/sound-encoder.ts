import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_SAMPLE_FMT_FLTP,
  FF_ENCODER_AAC,
  FF_ENCODER_LIBMP3LAME,
} from "node-av/constants";
import { type CodecContext, FFmpegError, Frame, Packet, Rational } from "node-av/lib";
import { openEncoder } from "./open-codec.ts";

export interface SoundEncoderOptions {
  codec: "aac" | "mp3";
  /** Bit/s. */
  bitrate: number;
  /** Hz. */
  sampleRate: number;
  channels: 1 | 2;
}

/** One frame of coded sound. */
export interface SoundPacket {
  /** Number of the sample that a decoder shows first: the encoder's delay is taken off, so it begins below zero. */
  position: number;
  /** Valid until the call returns. */
  data: Uint8Array;
}

/** Samples in frames of any size to AAC-LC or MP3. */
export class SoundEncoder {
  /** Samples of each packet. */
  readonly frameSize: number;
  readonly #options: SoundEncoderOptions;
  readonly #context: CodecContext;
  readonly #frame = new Frame();
  readonly #packet = new Packet();
  readonly #planes: Float32Array[];
  #filled = 0;
  #position = 0;

  constructor(options: SoundEncoderOptions) {
    this.#options = options;
    // MP3 frames that refer to those before (the "reservoir") would greet every new listener with a crack.
    const settings: Record<string, string> = options.codec === "mp3" ? { reservoir: "0" } : {};
    this.#context = openEncoder(
      options.codec === "mp3" ? FF_ENCODER_LIBMP3LAME : FF_ENCODER_AAC,
      (context) => {
        context.sampleRate = options.sampleRate;
        context.sampleFormat = AV_SAMPLE_FMT_FLTP;
        context.channelLayout = this.#layout;
        context.timeBase = new Rational(1, options.sampleRate);
        context.bitRate = BigInt(options.bitrate);
        context.threadCount = 1;
      },
      settings,
    );
    this.frameSize = this.#context.frameSize;
    this.#planes = Array.from({ length: options.channels }, () => new Float32Array(this.frameSize));
    this.#frame.alloc();
    this.#packet.alloc();
  }

  /** AudioSpecificConfig (ISO/IEC 14496-3) of AAC; empty of MP3. */
  get configuration(): Uint8Array {
    return Uint8Array.from(this.#context.extraData ?? []);
  }

  /** Takes one plane for each channel, or one for all. */
  encode(planes: readonly Float32Array[], use: (packet: SoundPacket) => void): void {
    const samples = planes[0]?.length ?? 0;
    for (let at = 0; at < samples; ) {
      const count = Math.min(samples - at, this.frameSize - this.#filled);
      for (const [channel, target] of this.#planes.entries()) {
        const source = planes[channel] ?? planes[0]!;
        target.set(source.subarray(at, at + count), this.#filled);
        if (this.#planes.length === 1 && planes.length === 2)
          mix(target, planes[1]!, at, count, this.#filled);
      }
      this.#filled += count;
      at += count;
      if (this.#filled === this.frameSize) this.#encodeFrame(use);
    }
  }

  close(): void {
    this.#frame.free();
    this.#packet.free();
    this.#context.freeContext();
  }

  #encodeFrame(use: (packet: SoundPacket) => void): void {
    const frame = this.#frame;
    frame.unref();
    frame.nbSamples = this.frameSize;
    frame.format = AV_SAMPLE_FMT_FLTP;
    frame.sampleRate = this.#options.sampleRate;
    frame.channelLayout = this.#layout;
    FFmpegError.throwIfError(frame.getBuffer(), "sound buffer");
    const targets = frame.data ?? [];
    for (const [channel, plane] of this.#planes.entries()) {
      targets[channel]?.set(Buffer.from(plane.buffer, plane.byteOffset, plane.byteLength));
    }
    frame.pts = BigInt(this.#position);
    this.#position += this.frameSize;
    this.#filled = 0;
    FFmpegError.throwIfError(this.#context.sendFrameSync(frame), "encode sound");
    while (this.#context.receivePacketSync(this.#packet) >= 0) {
      const { data, pts } = this.#packet;
      if (data !== null) use({ position: Number(pts), data });
      this.#packet.unref();
    }
  }

  get #layout() {
    return this.#options.channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
  }
}

/** Halves what is in `target` and adds half of `other`. */
function mix(target: Float32Array, other: Float32Array, from: number, count: number, at: number): void {
  for (let index = 0; index < count; index++) {
    target[at + index] = (target[at + index]! + other[from + index]!) / 2;
  }
}
