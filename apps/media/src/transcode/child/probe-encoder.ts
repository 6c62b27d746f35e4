import { AV_PIX_FMT_YUV420P } from "node-av/constants";
import { Frame } from "node-av/lib";
import type { H264Encoder as EncoderName } from "../messages.ts";
import { H264Encoder, type H264Picture, pixelFormatOf } from "./h264-encoder.ts";
import { VideoDecoder } from "./video-decoder.ts";

/** In hardware, the likeliest first. VAAPI takes no pictures from memory, so it is not among them. */
const candidates: readonly EncoderName[] = ["h264_nvenc", "h264_qsv", "h264_videotoolbox", "h264_amf"];
const size = { width: 320, height: 240 };
const pictures = 8;

/**
 * The first encoder in hardware whose pictures can be decoded and whose keyframes are where they belong; undefined: there is none.
 * `isGood` tries one; one for which it throws is none.
 */
export function probeEncoder(isGood: (name: EncoderName) => boolean = works): EncoderName | undefined {
  return candidates.find((name) => {
    try {
      return isGood(name);
    } catch {
      return false;
    }
  });
}

/** Encodes a few pictures, keyframes at the first and the fifth, and decodes them. */
export function works(name: EncoderName): boolean {
  const encoder = new H264Encoder({ ...size, encoder: name, bitrate: 500_000, threads: 1 });
  const made: H264Picture[] = [];
  const format = pixelFormatOf(name);
  try {
    for (let index = 0; index < pictures; index++) {
      const frame = Frame.fromVideoBuffer(grey(index * 16), { ...size, format });
      encoder.encode(frame, index % 4 === 0, index * 33_333, (picture) => made.push(picture));
      frame.free();
    }
    encoder.flush((picture) => made.push(picture));
  } finally {
    encoder.close();
  }
  const keyframes = made.map(({ keyframe }, index) => (keyframe ? index : -1)).filter((index) => index >= 0);
  if (made.length !== pictures || keyframes.join() !== "0,4") return false;
  const decoder = new VideoDecoder(made[0]!.format);
  let decoded = 0;
  const count = (frame: Frame) => {
    if (frame.width === size.width && frame.format === AV_PIX_FMT_YUV420P) decoded += 1;
  };
  for (const picture of made) decoder.decode(picture.data, picture.captureMicros, count);
  decoder.flush(count);
  decoder.close();
  return decoded === pictures;
}

/** One flat picture; both pixel formats have as many bytes, and grey chroma is the same in both. */
function grey(luma: number): Buffer {
  const pixels = size.width * size.height;
  return Buffer.concat([Buffer.alloc(pixels, luma), Buffer.alloc(pixels / 2, 128)]);
}
