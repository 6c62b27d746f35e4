import { FF_DECODER_MJPEG } from "node-av/constants";
import { FFmpegError, Frame, Packet } from "node-av/lib";
import { openDecoder } from "./child/open-codec.ts";

/** Size and brightness of a JPEG, at a point. Throws when it is none. */
export function decodeJpeg(bytes: Buffer): {
  width: number;
  height: number;
  at: (x: number, y: number) => number;
} {
  const decoder = openDecoder(FF_DECODER_MJPEG, () => {});
  const packet = new Packet();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  packet.data = bytes;
  FFmpegError.throwIfError(decoder.sendPacketSync(packet), "JPEG");
  FFmpegError.throwIfError(decoder.receiveFrameSync(frame), "JPEG");
  const { width, height } = frame;
  const pixels = Buffer.from(frame.toBuffer());
  packet.free();
  frame.free();
  decoder.freeContext();
  return { width, height, at: (x, y) => pixels[y * width + x]! };
}

/** Limited range, as coded, to full range, as in JPEG. */
export const fullRange = (luma: number): number => ((luma - 16) * 255) / 219;
