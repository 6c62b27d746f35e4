import { fail, ok, type Result } from "@sameroom/base";
import type { MediaDescription } from "sdp-transform";
import { CODEC_POLICY } from "../codec/codec-policy.ts";
import type { RtpExtensionName } from "../rtp/extension-uris.ts";
import { type AcceptedSection, mergeFeedback, selectExtensions, writeAnswer } from "./answer-session.ts";
import { SdpError } from "./sdp-error.ts";
import { selectViewerCodecs } from "./select-codecs.ts";
import type {
  LocalTransport,
  Offer,
  OfferSection,
  SlotChooser,
  ViewerAnswer,
  ViewerAnswerOptions,
  ViewerSlot,
} from "./types.ts";

const EXTENSIONS: Record<"audio" | "video", readonly RtpExtensionName[]> = {
  audio: ["mid", "audioLevel", "absSendTime", "transportCc", "absCaptureTime"],
  video: [
    "mid",
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

/**
 * The answer to somebody who watches: each section they receive becomes a slot, up to the limits, with every codec we
 * forward. Fails when the offer receives nothing, or nothing in a codec we forward.
 */
export function answerViewer(
  offer: Offer,
  local: LocalTransport,
  chooseSlot: SlotChooser,
  options: ViewerAnswerOptions = {},
): Result<ViewerAnswer, SdpError> {
  const left = { video: options.maxVideoSlots ?? 9, audio: options.maxAudioSlots ?? 9 };
  const accepted: (AcceptedSection & { negotiated: ViewerSlot })[] = [];
  const receiving = offer.sections.filter(receives);
  if (receiving.length === 0) {
    return fail(
      new SdpError("sdp.direction", "the offer receives neither audio nor video (recvonly or sendrecv)"),
    );
  }
  for (const section of receiving) {
    const kind = section.kind as "audio" | "video";
    if (left[kind] <= 0) continue;
    const slot = acceptSection(section, kind, chooseSlot, options);
    if (slot === undefined) continue;
    left[kind] -= 1;
    accepted.push(slot);
  }
  if (accepted.length === 0) {
    return fail(new SdpError("sdp.no_common_codec", "no codec of the offer is forwarded here"));
  }
  return ok({
    sdp: writeAnswer(offer, local, accepted),
    negotiated: {
      ice: offer.ice,
      fingerprint: offer.fingerprint,
      slots: accepted.map((section) => section.negotiated),
    },
  });
}

function receives(section: OfferSection): boolean {
  const { kind, rejected, direction } = section;
  return kind !== "other" && !rejected && (direction === "recvonly" || direction === "sendrecv");
}

function acceptSection(
  section: OfferSection,
  kind: "audio" | "video",
  chooseSlot: SlotChooser,
  options: ViewerAnswerOptions,
): (AcceptedSection & { negotiated: ViewerSlot }) | undefined {
  const withTransportCc = options.transportCc ?? false;
  const extensions = selectExtensions(
    section,
    EXTENSIONS[kind].filter((name) => name !== "transportCc" || withTransportCc),
  );
  const feedback = FEEDBACK[kind].filter(
    (type) => type !== "transport-cc" || extensions.transportCc !== undefined,
  );
  const codecs = selectViewerCodecs(section, { policy: options.policy ?? CODEC_POLICY, feedback });
  if (codecs.length === 0) return undefined;
  const identity = chooseSlot({ index: section.index, mid: section.mid, kind });
  const slot: ViewerSlot = {
    ...identity,
    index: section.index,
    kind,
    mid: section.mid,
    codecs,
    extensions,
    feedback: mergeFeedback(codecs, feedback),
    receiverRoundTrip: section.receiverRoundTrip,
  };
  return { direction: "sendonly", negotiated: slot, extra: streamLines(slot) };
}

/** Who sends what in this slot (RFC 5576, RFC 8830). */
function streamLines(slot: ViewerSlot): Partial<MediaDescription> {
  const { ssrc, rtxSsrc, cname, streamId, trackId } = slot;
  const hasRtx = slot.codecs.some((codec) => codec.rtxPayloadType !== undefined);
  const lines = (hasRtx ? [ssrc, rtxSsrc] : [ssrc]).flatMap((id) => [
    { id, attribute: "cname", value: cname },
    { id, attribute: "msid", value: `${streamId} ${trackId}` },
  ]);
  return {
    msid: [{ id: streamId, appdata: trackId }],
    ssrcs: lines,
    ...(hasRtx ? { ssrcGroups: [{ semantics: "FID", ssrcs: `${ssrc} ${rtxSsrc}` }] } : {}),
  };
}
