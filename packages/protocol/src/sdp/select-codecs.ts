import { parseFmtp } from "../codec/fmtp.ts";
import { type H264Profile, parseH264Format, withH264Level } from "../codec/h264-profile.ts";
import { answerOpusFmtp } from "../codec/opus-format.ts";
import type { CodecName } from "../codec/types.ts";
import type { NegotiatedCodec, OfferCodec, OfferSection } from "./types.ts";

/** The level we say we can receive where levels may differ: 5.2, so that no publisher limits its picture for us. */
const RECEIVE_LEVEL = 0x34;

/** A stream every viewer can decode first. */
const H264_PREFERENCE: readonly H264Profile[] = [
  "constrained-baseline",
  "baseline",
  "main",
  "constrained-high",
  "high",
];

export interface WantedCodecs {
  /** Most preferred first. */
  policy: readonly CodecName[];
  /** `a=rtcp-fb` values we speak. */
  feedback: readonly string[];
}

/** One variant of each codec of the policy, in its order: what we ask a publisher to send. */
export function selectPublisherCodecs(section: OfferSection, wanted: WantedCodecs): NegotiatedCodec[] {
  const selected: NegotiatedCodec[] = [];
  for (const name of wanted.policy) {
    const best = bestVariant(section.codecs.filter((codec) => codec.name === name));
    if (best !== undefined) selected.push(negotiate(best, { name, fmtp: receiveFmtp(best, name) }, wanted));
  }
  return selected;
}

/** Every variant of each codec of the policy, in its order: whatever a later publisher sends must fit. */
export function selectViewerCodecs(section: OfferSection, wanted: WantedCodecs): NegotiatedCodec[] {
  return wanted.policy.flatMap((name) =>
    section.codecs
      .filter((codec) => codec.name === name)
      .map((codec) =>
        negotiate(
          codec,
          { name, fmtp: name === "opus" ? answerOpusFmtp(codec.fmtp, "receives") : codec.fmtp },
          wanted,
        ),
      ),
  );
}

function negotiate(
  codec: OfferCodec,
  answer: { name: CodecName; fmtp: string },
  { feedback }: WantedCodecs,
): NegotiatedCodec {
  // Written out: what is spread into gets a hidden class of its own in V8, and these are read with each viewer's feedback.
  return {
    name: answer.name,
    payloadType: codec.payloadType,
    clockRate: codec.clockRate,
    channels: codec.channels,
    fmtp: answer.fmtp,
    rtxPayloadType: codec.rtxPayloadType,
    redPayloadType: codec.redPayloadType,
    feedback: feedback.filter((type) => codec.feedback.includes(type)),
  };
}

function bestVariant(variants: readonly OfferCodec[]): OfferCodec | undefined {
  let best: OfferCodec | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const variant of variants) {
    const rank = rankOf(variant);
    if (rank < bestRank) {
      best = variant;
      bestRank = rank;
    }
  }
  return best;
}

/** Lower is better; infinite is not acceptable. */
function rankOf(codec: OfferCodec): number {
  const parameters = parseFmtp(codec.fmtp);
  if (codec.name === "vp9")
    return (parameters.get("profile-id") ?? "0") === "0" ? 0 : Number.POSITIVE_INFINITY;
  if (codec.name === "av1") return (parameters.get("profile") ?? "0") === "0" ? 0 : Number.POSITIVE_INFINITY;
  if (codec.name !== "h264") return 0;
  const format = parseH264Format(codec.fmtp);
  if (format === undefined || format.packetizationMode > 1) return Number.POSITIVE_INFINITY;
  const profile = H264_PREFERENCE.indexOf(format.profile);
  if (profile < 0) return Number.POSITIVE_INFINITY;
  return profile + (format.packetizationMode === 1 ? 0 : H264_PREFERENCE.length);
}

function receiveFmtp(codec: OfferCodec, name: CodecName): string {
  if (name === "opus") return answerOpusFmtp(codec.fmtp, "sends");
  if (name !== "h264") return codec.fmtp;
  // Parameter sets describe the offerer's stream and do not belong into an answer (RFC 6184 section 8.2.2).
  const kept = codec.fmtp
    .split(";")
    .map((part) => part.trim())
    .filter((part) => !/^sprop-/i.test(part) && part !== "")
    .join(";");
  // With level asymmetry an answer names the level its side receives (RFC 6184 section 8.2.2).
  return parseH264Format(codec.fmtp)?.levelAsymmetryAllowed ? withH264Level(kept, RECEIVE_LEVEL) : kept;
}
