import {
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AV_SAMPLE_FMT_FLT,
  FF_ENCODER_LIBOPUS,
  FF_ENCODER_LIBX264,
  type FFEncoderCodec,
} from "node-av/constants";
import { Codec, CodecContext, Dictionary, FFmpegError, type Frame, Packet, Rational } from "node-av/lib";
import type { PictureFormat } from "./picture.ts";
import { sampleRate, samplesPerFrame } from "./sound.ts";

/** Frames in, packets out, at once: neither encoder holds frames back. */
export interface Encoder {
  readonly context: CodecContext;
  /** Encodes `frame` with timestamp `pts` (in `context.timeBase`) and hands each packet to `use`, valid during the call. */
  encode(frame: Frame, pts: bigint, use: (packet: Packet) => void): void;
  close(): void;
}

/**
 * H.264 that every browser decodes and no server has to mend: constrained baseline, no B-frames, a keyframe twice a
 * second, for FFmpeg's WHIP muxer does not answer keyframe requests.
 */
export async function openVideoEncoder(format: PictureFormat): Promise<Encoder> {
  const { context, codec } = createContext(FF_ENCODER_LIBX264);
  context.width = format.width;
  context.height = format.height;
  context.timeBase = new Rational(1, format.framesPerSecond);
  context.framerate = new Rational(format.framesPerSecond, 1);
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.gopSize = Math.round(format.framesPerSecond / 2);
  context.maxBFrames = 0;
  context.threadCount = 1;
  context.bitRate = 2_200_000n;
  context.rcMaxRate = 2_600_000n;
  context.rcBufferSize = 1_300_000;
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const options = {
    preset: "ultrafast",
    tune: "zerolatency",
    profile: "baseline",
    "x264-params": "scenecut=0",
  };
  return finish(context, codec, options);
}

/** Opus, stereo, 20 ms frames. */
export async function openAudioEncoder(): Promise<Encoder> {
  const { context, codec } = createContext(FF_ENCODER_LIBOPUS);
  context.sampleRate = sampleRate;
  context.sampleFormat = AV_SAMPLE_FMT_FLT;
  context.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
  context.timeBase = new Rational(1, sampleRate);
  context.bitRate = 64_000n;
  return finish(context, codec, { frame_duration: "20", application: "audio", compression_level: "4" });
}

function createContext(name: FFEncoderCodec): { context: CodecContext; codec: Codec } {
  const codec = Codec.findEncoderByName(name);
  if (codec === null) throw new Error(`this build of FFmpeg has no ${name}`);
  const context = new CodecContext();
  context.allocContext3(codec);
  return { context, codec };
}

async function finish(
  context: CodecContext,
  codec: Codec,
  options: Record<string, string>,
): Promise<Encoder> {
  FFmpegError.throwIfError(await context.open2(codec, Dictionary.fromObject(options)), `open ${codec.name}`);
  const packet = new Packet();
  packet.alloc();
  return {
    context,
    encode(frame, pts, use) {
      frame.pts = pts;
      if (frame.isVideo()) frame.pictType = AV_PICTURE_TYPE_NONE;
      FFmpegError.throwIfError(context.sendFrameSync(frame), "encode");
      while (context.receivePacketSync(packet) >= 0) {
        use(packet);
        packet.unref();
      }
    },
    close() {
      packet.free();
      context.freeContext();
    },
  };
}

/** Length of one encoded audio frame, seconds. */
export const audioFrameSeconds = samplesPerFrame / sampleRate;
