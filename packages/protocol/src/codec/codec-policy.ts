import type { CodecName } from "./types.ts";

/** Codecs Sameroom forwards, most preferred first: hardware decodes H.264 everywhere, and LL-HLS takes it as it is. */
export const CODEC_POLICY: readonly CodecName[] = ["h264", "vp8", "vp9", "av1", "opus"];

const BY_ENCODING: Readonly<Record<string, { name: CodecName; kind: "audio" | "video"; clockRate: number }>> =
  {
    h264: { name: "h264", kind: "video", clockRate: 90_000 },
    vp8: { name: "vp8", kind: "video", clockRate: 90_000 },
    vp9: { name: "vp9", kind: "video", clockRate: 90_000 },
    av1: { name: "av1", kind: "video", clockRate: 90_000 },
    opus: { name: "opus", kind: "audio", clockRate: 48_000 },
  };

/** Our name for an SDP encoding name (any case) of this kind and clock rate, or undefined when we do not forward it. */
export function codecNameOf(
  encoding: string,
  kind: "audio" | "video",
  clockRate: number,
): CodecName | undefined {
  const key = encoding.toLowerCase();
  const codec = Object.hasOwn(BY_ENCODING, key) ? BY_ENCODING[key] : undefined;
  return codec?.kind === kind && codec.clockRate === clockRate ? codec.name : undefined;
}

/** The SDP encoding name (`H264`, `opus`). */
export function encodingNameOf(name: CodecName): string {
  return name === "opus" ? "opus" : name.toUpperCase();
}
