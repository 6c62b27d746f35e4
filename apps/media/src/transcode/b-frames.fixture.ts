import { type AccessUnit, h264Format, type VideoFormat } from "@sameroom/protocol";
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV420P10LE,
  FF_ENCODER_LIBX264,
  FF_ENCODER_LIBX265,
} from "node-av/constants";
import { FFmpegError, type Frame, Packet, Rational } from "node-av/lib";
import { nalUnits, splitAnnexB, withLengths } from "./child/annex-b.ts";
import { openEncoder } from "./child/open-codec.ts";
import { Scaler } from "./child/scaler.ts";
import { microsOf, type PictureOptions, picture } from "./picture.fixture.ts";

/** As an encoder that nobody told otherwise sends pictures: with B-frames, in order of decoding. */
export function bFrameUnits(
  options: Omit<PictureOptions, "codec"> & { codec: "h264" | "hevc" | "hevc-10" },
): AccessUnit[] {
  const { width, height, codec, framesPerSecond = 30 } = options;
  const isHevc = codec !== "h264";
  const pixels = codec === "hevc-10" ? AV_PIX_FMT_YUV420P10LE : AV_PIX_FMT_YUV420P;
  const encoder = openEncoder(
    isHevc ? FF_ENCODER_LIBX265 : FF_ENCODER_LIBX264,
    (context) => {
      context.width = width;
      context.height = height;
      context.pixelFormat = pixels;
      context.timeBase = new Rational(1, framesPerSecond);
      context.framerate = new Rational(framesPerSecond, 1);
      context.gopSize = options.keyframeEvery;
      context.maxBFrames = 3;
      context.threadCount = 1;
      context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    },
    isHevc
      ? { preset: "ultrafast", "x265-params": "bframes=3:b-adapt=0:log-level=none:pools=1:open-gop=0" }
      : { preset: "veryfast", "x264-params": "b-adapt=0:scenecut=0" },
  );
  const scaler = new Scaler({ width, height }, pixels);
  const packets: { data: Uint8Array; keyframe: boolean; pts: number; dts: number }[] = [];
  const packet = new Packet();
  packet.alloc();
  const encode = (frame: Frame | null) => {
    FFmpegError.throwIfError(encoder.sendFrameSync(frame), "encode");
    while (encoder.receivePacketSync(packet) >= 0) {
      const { isKeyframe: keyframe, pts, dts } = packet;
      packets.push({ data: Uint8Array.from(packet.data!), keyframe, pts: Number(pts), dts: Number(dts) });
      packet.unref();
    }
  };
  for (let index = 0; index < options.count; index++) {
    const frame = picture(options, index);
    const scaled = scaler.scale(frame);
    scaled.pts = BigInt(index);
    scaled.pictType = index % options.keyframeEvery === 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    encode(scaled);
    frame.free();
  }
  encode(null);
  const head = Uint8Array.from(encoder.extraData!);
  const format = isHevc ? hevc(head, options) : h264Format(splitAnnexB(head))!;
  scaler.close();
  packet.free();
  encoder.freeContext();
  return packets.map(({ data, keyframe, pts, dts }) => ({
    format,
    captureMicros: microsOf(options, pts),
    compositionMicros: Math.round(((pts - dts) * 1_000_000) / framesPerSecond),
    keyframe,
    samples: 0,
    data: withLengths([...nalUnits(data)]),
  }));
}

/** An `hvcC` (ISO 14496-15 section 8.3.3.1.2) with as much in it as decoders look at. */
function hevc(head: Uint8Array, { width, height }: Pick<PictureOptions, "width" | "height">): VideoFormat {
  const bytes = [1, ...new Array<number>(20).fill(0), 3, 0];
  for (const nal of nalUnits(head)) {
    const type = (nal[0]! >> 1) & 63;
    if (type < 32 || type > 34) continue;
    bytes[22]! += 1;
    bytes.push(0x80 | type, 0, 1, nal.length >> 8, nal.length & 255, ...nal);
  }
  const configuration = Uint8Array.from(bytes);
  return { kind: "video", codec: "hevc", codecs: "hvc1.1.6.L93.B0", configuration, width, height };
}
