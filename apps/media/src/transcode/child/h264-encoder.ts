import { h264Format, type PictureSize, type VideoFormat } from "@sameroom/protocol";
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_YUV420P,
  type AVPixelFormat,
  FF_ENCODER_H264_AMF,
  FF_ENCODER_H264_NVENC,
  FF_ENCODER_H264_QSV,
  FF_ENCODER_H264_VIDEOTOOLBOX,
  FF_ENCODER_LIBX264,
  type FFEncoderCodec,
} from "node-av/constants";
import { type CodecContext, FFmpegError, type Frame, Packet, Rational } from "node-av/lib";
import type { H264Encoder as EncoderName } from "../messages.ts";
import { splitAnnexB } from "./annex-b.ts";
import { type CodecOptions, openEncoder } from "./open-codec.ts";

export interface H264EncoderOptions extends PictureSize {
  encoder: EncoderName;
  /** Bit/s, at most, over a second of {@link picturesPerSecond}. */
  bitrate: number;
  threads: number;
  /** `baseline` is what every WebRTC browser takes; default `main`. */
  profile?: "main" | "baseline";
  /** What rate control counts on; default 30. */
  picturesPerSecond?: number;
  /** How many seconds of the rate may come at once; default 1. */
  bufferSeconds?: number;
  /** Of x264: how much it looks for; default `veryfast`. */
  preset?: "veryfast" | "superfast";
  /** What the numbers of a picture mean, told to decoders; default: nothing is told. */
  colors?: Pick<Frame, "colorRange" | "colorPrimaries" | "colorTrc" | "colorSpace">;
}

/** An encoded picture in order of decoding, which is that of presentation. */
export interface H264Picture {
  format: VideoFormat;
  captureMicros: number;
  keyframe: boolean;
  data: Uint8Array;
}

/** Keyframes come when they are asked for, and at no other time. */
const never = 1_000_000;
/** What rate control counts on: zero delay means that it does not look at times. */
const usualPicturesPerSecond = 30;
/** Where capture times jump, the encoder is told that a picture of usual length passed, µs. */
const usualMicros = 33_333;
const longestMicros = 2_000_000;

const names: Record<EncoderName, FFEncoderCodec> = {
  libx264: FF_ENCODER_LIBX264,
  h264_nvenc: FF_ENCODER_H264_NVENC,
  h264_qsv: FF_ENCODER_H264_QSV,
  h264_videotoolbox: FF_ENCODER_H264_VIDEOTOOLBOX,
  h264_amf: FF_ENCODER_H264_AMF,
};

const options: Record<EncoderName, CodecOptions> = {
  libx264: {
    tune: "zerolatency",
    "forced-idr": "1",
    // As many bits as the picture needs, up to the rate: a still room needs few.
    crf: "23",
    "x264-params": "scenecut=0:keyint=infinite",
  },
  h264_nvenc: { preset: "p4", tune: "ull", zerolatency: "1", delay: "0", "forced-idr": "1" },
  h264_qsv: { preset: "veryfast", async_depth: "1", look_ahead: "0", forced_idr: "1" },
  h264_videotoolbox: { realtime: "1" },
  h264_amf: { usage: "ultralowlatency", forced_idr: "1" },
};

/** Pixel format that an encoder takes from memory. */
export function pixelFormatOf(encoder: EncoderName): AVPixelFormat {
  return encoder === "h264_qsv" ? AV_PIX_FMT_NV12 : AV_PIX_FMT_YUV420P;
}

/** Pictures of one size to H.264 without B-frames. */
export class H264Encoder {
  readonly #options: H264EncoderOptions;
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  /** Capture times by the times the encoder was told. */
  readonly #captured = new Map<number, number>();
  readonly #sets = { sps: [] as Uint8Array[], pps: [] as Uint8Array[] };
  #format: VideoFormat | undefined;
  #told = 0;
  #lastMicros: number | undefined;

  /** One of this kind; where it cannot be opened (a driver that takes no more sessions, not this size, not this profile), x264. */
  static openOrX264(options: H264EncoderOptions): H264Encoder {
    try {
      return new H264Encoder(options);
    } catch (error) {
      if (options.encoder === "libx264") throw error;
      return new H264Encoder({ ...options, encoder: "libx264" });
    }
  }

  constructor(given: H264EncoderOptions) {
    this.#options = given;
    const { encoder, width, height, bitrate, threads } = given;
    const { profile = "main", preset = "veryfast", bufferSeconds = 1 } = given;
    this.#context = openEncoder(
      names[encoder],
      (context) => {
        context.width = width;
        context.height = height;
        context.pixelFormat = pixelFormatOf(encoder);
        context.timeBase = new Rational(1, 1_000_000);
        context.framerate = new Rational(Math.round(given.picturesPerSecond ?? usualPicturesPerSecond), 1);
        context.rcMaxRate = BigInt(bitrate);
        context.rcBufferSize = Math.round(bitrate * bufferSeconds);
        Object.assign(context, given.colors);
        context.maxBFrames = 0;
        context.threadCount = threads;
        if (encoder !== "libx264") {
          context.bitRate = BigInt(bitrate);
          context.gopSize = never;
        }
        context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
      },
      { ...options[encoder], ...(encoder === "libx264" ? { preset } : {}), profile },
    );
    this.#packet.alloc();
    this.#learn(this.#context.extraData ?? new Uint8Array(0));
  }

  get name(): EncoderName {
    return this.#options.encoder;
  }

  /** Encodes a picture captured at `micros` and hands over what is ready: with x264, this picture. */
  encode(frame: Frame, keyframe: boolean, micros: number, use: (picture: H264Picture) => void): void {
    const step = micros - (this.#lastMicros ?? micros);
    this.#told += step > 0 && step < longestMicros ? step : usualMicros;
    this.#lastMicros = micros;
    this.#captured.set(this.#told, micros);
    frame.pts = BigInt(this.#told);
    frame.pictType = keyframe ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    FFmpegError.throwIfError(this.#context.sendFrameSync(frame), "encode picture");
    this.#drain(use);
  }

  /** Keeps the rate when more or fewer pictures come than was said; only x264 does not look at times itself. */
  setPicturesPerSecond(picturesPerSecond: number): void {
    const { encoder, bitrate, bufferSeconds = 1 } = this.#options;
    if (encoder !== "libx264") return;
    const { framerate } = this.#context;
    const share = framerate.num / framerate.den / picturesPerSecond;
    this.#context.rcMaxRate = BigInt(Math.round(bitrate * share));
    this.#context.rcBufferSize = Math.round(bitrate * share * bufferSeconds);
  }

  /** Hands over what is still held back; nothing can be encoded after it. */
  flush(use: (picture: H264Picture) => void): void {
    this.#context.sendFrameSync(null);
    this.#drain(use);
  }

  close(): void {
    this.#packet.free();
    this.#context.freeContext();
  }

  #drain(use: (picture: H264Picture) => void): void {
    const packet = this.#packet;
    while (this.#context.receivePacketSync(packet) >= 0) {
      const { data, pts, isKeyframe: keyframe } = packet;
      const picture = data === null ? undefined : this.#learn(data);
      packet.unref();
      const captureMicros = this.#captured.get(Number(pts));
      this.#captured.delete(Number(pts));
      const format = this.#format;
      if (picture === undefined || captureMicros === undefined || format === undefined) continue;
      use({ format, captureMicros, keyframe, data: picture });
    }
  }

  /** Keeps the parameter sets; the picture that is left, if there is one. */
  #learn(bytes: Uint8Array): Uint8Array | undefined {
    const { sps, pps, data } = splitAnnexB(bytes);
    if (this.#format === undefined) {
      this.#sets.sps.push(...sps);
      this.#sets.pps.push(...pps);
      this.#format = h264Format(this.#sets);
    }
    return data.length > 0 ? data : undefined;
  }
}
