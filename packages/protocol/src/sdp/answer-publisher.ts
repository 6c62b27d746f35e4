import { fail, ok, type Result } from "@sameroom/base";
import type { MediaDescription } from "sdp-transform";
import { CODEC_POLICY } from "../codec/codec-policy.ts";
import type { CodecName } from "../codec/types.ts";
import type { RtpExtensionName } from "../rtp/extension-uris.ts";
import { type AcceptedSection, mergeFeedback, selectExtensions, writeAnswer } from "./answer-session.ts";
import { SdpError } from "./sdp-error.ts";
import { selectPublisherCodecs } from "./select-codecs.ts";
import type {
  LocalTransport,
  Offer,
  OfferSection,
  PublisherAnswer,
  PublisherAnswerOptions,
  PublisherSection,
} from "./types.ts";

const EXTENSIONS: Record<"audio" | "video", readonly RtpExtensionName[]> = {
  audio: ["mid", "audioLevel", "absSendTime", "transportCc", "absCaptureTime"],
  video: [
    "mid",
    "rid",
    "repairedRid",
    "absSendTime",
    "transportCc",
    "absCaptureTime",
    "videoOrientation",
    "playoutDelay",
    "dependencyDescriptor",
  ],
};

const FEEDBACK: Record<"audio" | "video", readonly string[]> = {
  audio: ["transport-cc", "nack"],
  video: ["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"],
};

/** Simulcast layers we take; further RIDs are left out of the answer. */
const MAX_LAYERS = 4;

/**
 * The answer to somebody who sends: the first video and the first audio section we can receive, the others refused.
 * Fails when the offer sends nothing, or sends a kind of media only in codecs we do not take.
 */
export function answerPublisher(
  offer: Offer,
  local: LocalTransport,
  options: PublisherAnswerOptions = {},
): Result<PublisherAnswer, SdpError> {
  const policy = options.policy ?? CODEC_POLICY;
  const accepted: (AcceptedSection & { negotiated: PublisherSection })[] = [];
  for (const kind of ["audio", "video"] as const) {
    const sending = offer.sections.filter((section) => section.kind === kind && sends(section));
    if (sending.length === 0) continue;
    const section = sending
      .map((each) => acceptSection(each, kind, policy))
      .find((each) => each !== undefined);
    if (section === undefined) return fail(noCommonCodec(sending, kind));
    accepted.push(section);
  }
  if (accepted.length === 0) {
    return fail(
      new SdpError("sdp.direction", "the offer sends neither audio nor video (sendonly or sendrecv)"),
    );
  }
  accepted.sort((left, right) => left.negotiated.index - right.negotiated.index);
  return ok({
    sdp: writeAnswer(offer, local, accepted),
    negotiated: {
      ice: offer.ice,
      fingerprint: offer.fingerprint,
      sections: accepted.map((section) => section.negotiated),
    },
  });
}

function sends(section: OfferSection): boolean {
  return !section.rejected && (section.direction === "sendonly" || section.direction === "sendrecv");
}

function acceptSection(
  section: OfferSection,
  kind: "audio" | "video",
  policy: readonly CodecName[],
): (AcceptedSection & { negotiated: PublisherSection }) | undefined {
  const extensions = selectExtensions(section, EXTENSIONS[kind]);
  const feedback = FEEDBACK[kind].filter(
    (type) => type !== "transport-cc" || extensions.transportCc !== undefined,
  );
  const codecs = selectPublisherCodecs(section, { policy, feedback });
  if (codecs.length === 0) return undefined;
  // Layers without SSRCs in the SDP are told apart by the RID extension alone (RFC 8853 section 5.5).
  const rids = extensions.rid === undefined ? [] : section.simulcastSend.slice(0, MAX_LAYERS);
  const simulcastSsrcs =
    kind === "video" && rids.length === 0 ? section.simulcastSsrcs.slice(0, MAX_LAYERS) : [];
  return {
    direction: "recvonly",
    extra: {
      ...(rids.length === 0 ? {} : simulcastLines(rids)),
      // Chromium sends layers of an SSRC group only to an answer that says this.
      ...(simulcastSsrcs.length === 0 ? {} : { xGoogleFlag: "conference" as const }),
    },
    negotiated: {
      index: section.index,
      kind,
      mid: section.mid,
      codecs,
      extensions,
      rids,
      simulcastSsrcs,
      ssrcs: section.ssrcs,
      feedback: mergeFeedback(codecs, feedback),
      receiverRoundTrip: section.receiverRoundTrip,
    },
  };
}

function simulcastLines(rids: readonly string[]): Partial<MediaDescription> {
  return {
    rids: rids.map((id) => ({ id, direction: "recv" })),
    simulcast: { dir1: "recv", list1: rids.join(";") },
  };
}

function noCommonCodec(sections: readonly OfferSection[], kind: "audio" | "video"): SdpError {
  const offered = [...new Set(sections.flatMap((section) => section.codecs.map((codec) => codec.encoding)))];
  const list = offered.slice(0, 16).join(", ") || "none";
  return new SdpError(
    "sdp.no_common_codec",
    `no ${kind} codec of the offer is accepted here (offered: ${list})`,
    {
      details: { kind, offered: offered.slice(0, 16) },
    },
  );
}
