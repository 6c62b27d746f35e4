import type { EncoderOptions } from "node-av/api";
import {
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_AV1,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_CODEC_ID_OPUS,
  AV_CODEC_ID_VP9,
  FF_ENCODER_AAC,
  FF_ENCODER_LIBOPUS,
  FF_ENCODER_LIBX264,
  type FFEncoderCodec,
} from "node-av/constants";

/** How a stream is encoded anew: through a filter, by an encoder. */
export interface Making {
  filter: string;
  encoder: FFEncoderCodec;
  options: EncoderOptions;
}

/** What a way of publishing takes as it is, and what becomes of all else. */
export interface Carrier {
  takes: ReadonlySet<number>;
  picture(framesPerSecond: number): Making;
  sound: Making;
}

const EVEN_SIZE = "format=yuv420p,scale=trunc(iw/2)*2:trunc(ih/2)*2";
const stereo = (format: string) => `aformat=sample_fmts=${format}:sample_rates=48000:channel_layouts=stereo`;

/** FLV over RTMP, enhanced RTMP included; what it does not carry becomes what every platform takes. */
export const flvCarrier: Carrier = {
  takes: new Set<number>([
    ...[
      AV_CODEC_ID_H264,
      AV_CODEC_ID_HEVC,
      AV_CODEC_ID_AV1,
      AV_CODEC_ID_VP9,
      AV_CODEC_ID_AAC,
      AV_CODEC_ID_OPUS,
    ],
  ]),
  picture: (framesPerSecond) => ({
    filter: EVEN_SIZE,
    encoder: FF_ENCODER_LIBX264,
    options: {
      ...{ bitrate: "3M", maxBFrames: 0, gopSize: Math.max(2, Math.round(2 * framesPerSecond)) },
      options: { preset: "veryfast", profile: "high", flags: "+global_header" },
    },
  }),
  sound: {
    ...{ filter: stereo("fltp"), encoder: FF_ENCODER_AAC },
    options: { bitrate: "160k", options: { flags: "+global_header" } },
  },
};

/**
 * WHIP: what every browser decodes and no server has to mend. A file's picture seldom is, and FFmpeg's muxer answers no requests for
 * keyframes: it is always made anew, with a keyframe twice a second, which is also the longest a viewer waits.
 */
export const whipCarrier: Carrier = {
  takes: new Set<number>([AV_CODEC_ID_OPUS]),
  picture: (framesPerSecond) => ({
    filter: EVEN_SIZE,
    encoder: FF_ENCODER_LIBX264,
    options: {
      ...{ bitrate: "2200k", maxBFrames: 0, threadCount: 1 },
      gopSize: Math.max(1, Math.round(framesPerSecond / 2)),
      options: {
        ...{ preset: "ultrafast", tune: "zerolatency", profile: "baseline", "x264-params": "scenecut=0" },
        ...{ maxrate: "2600k", bufsize: "1300k", flags: "+global_header" },
      },
    },
  }),
  sound: {
    ...{ filter: stereo("flt"), encoder: FF_ENCODER_LIBOPUS },
    options: {
      bitrate: "96k",
      options: { frame_duration: "20", application: "audio", compression_level: "4" },
    },
  },
};
