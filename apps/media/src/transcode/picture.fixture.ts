import type { AccessUnit, PictureSize, VideoCodecName, VideoFormat } from "@sameroom/protocol";
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_QUIET,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  FF_ENCODER_LIBSVTAV1,
  FF_ENCODER_LIBVPX_VP8,
  FF_ENCODER_LIBVPX_VP9,
  type FFVideoEncoder,
} from "node-av/constants";
import { type CodecContext, FFmpegError, Frame, Log, Packet, Rational } from "node-av/lib";
import { H264Encoder } from "./child/h264-encoder.ts";
import { type CodecOptions, openEncoder } from "./child/open-codec.ts";
import { VideoDecoder } from "./child/video-decoder.ts";

Log.setLevel(AV_LOG_QUIET);
process.env.SVT_LOG = "-1";

export interface PictureOptions extends PictureSize {
  codec: VideoCodecName;
  startMicros: number;
  count: number;
  /** A keyframe each so many pictures. */
  keyframeEvery: number;
  /** Brightness of picture number `index`, 16 to 235, the left half; the right half is black. */
  luma: (index: number) => number;
  framesPerSecond?: number;
}

const others: Record<Exclude<VideoCodecName, "h264">, { name: FFVideoEncoder; options: CodecOptions }> = {
  vp8: {
    name: FF_ENCODER_LIBVPX_VP8,
    options: { deadline: "realtime", "cpu-used": "8", "lag-in-frames": "0" },
  },
  vp9: {
    name: FF_ENCODER_LIBVPX_VP9,
    options: { deadline: "realtime", "cpu-used": "8", "lag-in-frames": "0" },
  },
  av1: {
    name: FF_ENCODER_LIBSVTAV1,
    options: { preset: "12", "svtav1-params": "pred-struct=1:lookahead=0" },
  },
};

/** Pictures whose brightness tells which they are, encoded. */
export function videoUnits(options: PictureOptions): AccessUnit[] {
  return options.codec === "h264" ? h264Units(options) : otherUnits(options, others[options.codec]);
}

/** Capture time of picture number `index`. */
export function microsOf(
  { startMicros, framesPerSecond = 30 }: Pick<PictureOptions, "startMicros" | "framesPerSecond">,
  index: number,
): number {
  return startMicros + Math.round((index * 1_000_000) / framesPerSecond);
}

/** Brightness of the left half, by capture time, and the size of each picture. */
export function decodeVideo(
  units: readonly AccessUnit[],
): { micros: number; luma: number; size: PictureSize }[] {
  return decodedPictures(units).map(({ micros, pixels, width, height }) => ({
    micros,
    luma: pixels[Math.floor(height / 2) * width + Math.floor(width / 4)]!,
    size: { width, height },
  }));
}

/** Pictures with their capture times; of the pixels the brightness comes first, row by row. */
export function decodedPictures(
  units: readonly AccessUnit[],
): ({ micros: number; pixels: Buffer } & PictureSize)[] {
  const decoded: ({ micros: number; pixels: Buffer } & PictureSize)[] = [];
  const first = units[0];
  if (first === undefined || first.format.kind !== "video") return decoded;
  const take = (frame: Frame, micros: number) => {
    const { width, height } = frame;
    decoded.push({ micros, pixels: frame.toBuffer(), width, height });
  };
  const decoder = new VideoDecoder(first.format);
  for (const unit of units) decoder.decode(unit.data, unit.captureMicros, take);
  decoder.flush(take);
  decoder.close();
  return decoded;
}

function h264Units(options: PictureOptions): AccessUnit[] {
  const { width, height } = options;
  const units: AccessUnit[] = [];
  const encoder = new H264Encoder({ width, height, encoder: "libx264", bitrate: 1_000_000, threads: 1 });
  for (let index = 0; index < options.count; index++) {
    const frame = picture(options, index);
    encoder.encode(frame, index % options.keyframeEvery === 0, microsOf(options, index), (made) => {
      units.push({ ...made, compositionMicros: 0, samples: 0 });
    });
    frame.free();
  }
  encoder.close();
  return units;
}

function otherUnits(
  options: PictureOptions,
  encoder: { name: FFVideoEncoder; options: CodecOptions },
): AccessUnit[] {
  const context = openEncoder(
    encoder.name,
    (one) => {
      one.width = options.width;
      one.height = options.height;
      one.pixelFormat = AV_PIX_FMT_YUV420P;
      one.timeBase = new Rational(1, 1_000_000);
      one.framerate = new Rational(options.framesPerSecond ?? 30, 1);
      if (options.codec !== "av1") one.bitRate = 1_000_000n;
      one.gopSize = options.codec === "av1" ? options.keyframeEvery : 1000;
      one.threadCount = 1;
      one.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    },
    encoder.options,
  );
  const packets: { data: Uint8Array; keyframe: boolean }[] = [];
  const packet = new Packet();
  packet.alloc();
  const drain = () => {
    while (context.receivePacketSync(packet) >= 0) {
      packets.push({ data: Uint8Array.from(packet.data!), keyframe: packet.isKeyframe });
      packet.unref();
    }
  };
  for (let index = 0; index < options.count; index++) {
    const frame = picture(options, index);
    frame.pts = BigInt(microsOf(options, index) - options.startMicros);
    frame.pictType = index % options.keyframeEvery === 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    FFmpegError.throwIfError(context.sendFrameSync(frame), "encode");
    frame.free();
    drain();
  }
  context.sendFrameSync(null);
  drain();
  const format = formatOf(options, context);
  packet.free();
  context.freeContext();
  return packets.map(({ data, keyframe }, index) => ({
    format,
    captureMicros: microsOf(options, index),
    compositionMicros: 0,
    keyframe,
    samples: 0,
    data,
  }));
}

/** As much of it as decoders and our own boxes look at: `vpcC` of 8 bits in 4:2:0, `av1C` likewise. */
function formatOf({ codec, width, height }: PictureOptions, context: CodecContext): VideoFormat {
  const configuration = Uint8Array.from(
    codec === "av1" ? [0x81, 0, 0x0c, 0, ...context.extraData!] : [1, 0, 0, 0, 0, 10, 0x82, 2, 2, 2, 0, 0],
  );
  return { kind: "video", codec, codecs: codec, configuration, width, height };
}

export function picture(options: Omit<PictureOptions, "codec">, index: number): Frame {
  const { width, height } = options;
  const pixels = Buffer.alloc((width * height * 3) / 2, 128);
  for (let row = 0; row < height; row++) {
    pixels.fill(options.luma(index), row * width, row * width + width / 2);
    pixels.fill(16, row * width + width / 2, (row + 1) * width);
  }
  return Frame.fromVideoBuffer(pixels, { width, height, format: AV_PIX_FMT_YUV420P });
}
