import { parseFmtp } from "./fmtp.ts";
import { isH264Decodable, parseH264Format } from "./h264-profile.ts";
import type { CodecName } from "./types.ts";

/** The parts of a codec that decide whether one side's stream fits the other side's decoder. */
export interface CodecFormat {
  name: CodecName;
  fmtp: string;
}

/**
 * Which of a viewer's codecs carries a publisher's stream: the best fit first, and for H.264 even a variant whose
 * profile does not promise it (decoders read the SPS, and many publishers announce 42e01f whatever they send).
 * Undefined when the viewer did not negotiate the codec at all, or only other VP9/AV1 profiles.
 */
export function matchCodec<Codec extends CodecFormat>(
  codecs: readonly Codec[],
  wanted: CodecFormat,
): Codec | undefined {
  let best: Codec | undefined;
  let bestScore = 0;
  for (const codec of codecs) {
    const score = codec.name === wanted.name ? fit(wanted, codec) : 0;
    if (score > bestScore) {
      best = codec;
      bestScore = score;
    }
  }
  return best;
}

/** 0: does not fit; the higher the better. */
function fit(stream: CodecFormat, decoder: CodecFormat): number {
  if (stream.name === "h264") return fitH264(stream.fmtp, decoder.fmtp);
  if (stream.name === "vp9") return sameParameter(stream, decoder, "profile-id") ? 1 : 0;
  if (stream.name === "av1") return sameParameter(stream, decoder, "profile") ? 1 : 0;
  return 1;
}

function fitH264(streamFmtp: string, decoderFmtp: string): number {
  const stream = parseH264Format(streamFmtp);
  const decoder = parseH264Format(decoderFmtp);
  if (stream === undefined || decoder === undefined) return 0;
  // A mode 1 stream has FU-A and STAP-A packets, which a mode 0 receiver need not read (RFC 6184 section 6.2).
  if (stream.packetizationMode > decoder.packetizationMode) return 0;
  const profileScore =
    stream.profile === decoder.profile ? 4 : isH264Decodable(stream.profile, decoder.profile) ? 2 : 0;
  return 1 + profileScore + (stream.packetizationMode === decoder.packetizationMode ? 1 : 0);
}

function sameParameter(left: CodecFormat, right: CodecFormat, name: string): boolean {
  return (parseFmtp(left.fmtp).get(name) ?? "0") === (parseFmtp(right.fmtp).get(name) ?? "0");
}
