import type { PictureSize } from "@sameroom/protocol";
import type { Frame } from "node-av/lib";
import { jpegFormat } from "./jpeg.ts";
import { Scaler } from "./scaler.ts";

/** A picture in another size, as JPEGs are made of. */
export function scaledPixels(frame: Frame, size: PictureSize): Buffer {
  const scaler = new Scaler(size, jpegFormat);
  try {
    return scaler.scale(frame).toBuffer();
  } finally {
    scaler.close();
  }
}
