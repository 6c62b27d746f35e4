import { writeFile } from "node:fs/promises";
import type { PictureSize } from "@sameroom/protocol";
import { AV_PIX_FMT_YUVJ420P, AVCOL_RANGE_JPEG, FF_ENCODER_MJPEG } from "node-av/constants";
import { FFmpegError, Frame, Packet, Rational } from "node-av/lib";
import { openEncoder } from "./open-codec.ts";

/** Pixel format of pictures for {@link writeJpeg}: full range, three planes without gaps. */
export const jpegFormat = AV_PIX_FMT_YUVJ420P;

/** 2 (best) to 31. */
const quality = 5;

/** Writes a picture as {@link encodeJpeg} makes it. */
export async function writeJpeg(path: string, pixels: Buffer, size: PictureSize): Promise<void> {
  await writeFile(path, encodeJpeg(pixels, size));
}

/** A picture (planes Y, Cb, Cr one after the other, even sizes) as JPEG. */
export function encodeJpeg(pixels: Buffer, size: PictureSize): Buffer {
  const encoder = openEncoder(
    FF_ENCODER_MJPEG,
    (context) => {
      context.width = size.width;
      context.height = size.height;
      context.pixelFormat = jpegFormat;
      context.colorRange = AVCOL_RANGE_JPEG;
      context.timeBase = new Rational(1, 1);
      context.threadCount = 1;
      context.qMin = quality;
      context.qMax = quality;
    },
    { huffman: "optimal" },
  );
  const packet = new Packet();
  packet.alloc();
  const frame = Frame.fromVideoBuffer(pixels, { ...size, format: jpegFormat, pts: 0n });
  try {
    FFmpegError.throwIfError(encoder.sendFrameSync(frame), "encode JPEG");
    FFmpegError.throwIfError(encoder.receivePacketSync(packet), "encode JPEG");
    return Buffer.from(packet.data ?? []);
  } finally {
    frame.free();
    packet.free();
    encoder.freeContext();
  }
}
