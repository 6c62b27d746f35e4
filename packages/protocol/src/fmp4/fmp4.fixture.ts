import { aacFormat } from "../units/aac-format.ts";
import { av1Format } from "../units/av1-format.ts";
import { h264Format } from "../units/h264-format.ts";
import { opusFormat } from "../units/opus-format.ts";
import type { UnitFormat } from "../units/types.ts";
import { vpFormat } from "../units/vp-format.ts";

export const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

/** How encoders begin a stream (x264 165, SVT-AV1 3): 642x362, and 1920x1080 in the high profile. */
export const SPS_642X362 = bytes("6742c01eda0290bf889210000003001000000303c0f162ea");
export const SPS_1920X1080 = bytes("67640028acd940780227e584000003000400000300f03c60c658");
export const PPS = bytes("68ce0fc8");
export const AV1_SEQUENCE = bytes("0a0b0000000cc5036912be4010");

/** One format of each codec that a browser sends, and AAC. */
export const FORMATS: Record<Exclude<UnitFormat["codec"], "hevc">, UnitFormat> = {
  h264: h264Format({ sps: [SPS_642X362], pps: [PPS] })!,
  vp8: vpFormat({
    codec: "vp8",
    width: 642,
    height: 362,
    profile: 0,
    bitDepth: 8,
    chromaSubsampling: 1,
    isFullRange: false,
    primaries: 2,
    transfer: 2,
    matrix: 2,
  }),
  vp9: vpFormat({
    codec: "vp9",
    width: 1280,
    height: 720,
    profile: 0,
    bitDepth: 8,
    chromaSubsampling: 1,
    isFullRange: false,
    primaries: 2,
    transfer: 2,
    matrix: 2,
  }),
  av1: av1Format(AV1_SEQUENCE)!,
  opus: opusFormat(2),
  aac: aacFormat(bytes("1190")),
};

/** VPS, SPS and PPS of x265 4.1, 642x362. */
export const HEVC_SETS = [
  bytes("40010c01ffff01600000030090000003000003003f959009"),
  bytes("42010101600000030090000003000003003fa005220171c449965644a4c2e68080000003008000000c84"),
  bytes("4401c073c189"),
] as const;
