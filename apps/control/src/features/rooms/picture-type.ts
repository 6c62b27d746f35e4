/** Kinds of picture we take, by what the bytes say: a content type is only a claim. */
export type PictureType = "jpeg" | "png" | "webp";

export const PICTURE_TYPES: Record<PictureType, string> = {
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
};

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * What picture the bytes begin like (JPEG: ITU-T T.81 SOI and a marker; PNG: RFC 2083 section 12.11 and its IHDR chunk;
 * WebP: RFC 9649 section 2.4), or null.
 */
export function sniffPicture(bytes: Uint8Array): PictureType | null {
  if (bytes.length < 32) return null;
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "jpeg";
  if (PNG.every((byte, index) => bytes[index] === byte) && ascii(bytes, 12) === "IHDR") return "png";
  if (ascii(bytes, 0) === "RIFF" && ascii(bytes, 8) === "WEBP" && ascii(bytes, 12).startsWith("VP8"))
    return "webp";
  return null;
}

function ascii(bytes: Uint8Array, start: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + 4));
}
