import type { MediaDescription, SessionDescription } from "sdp-transform";
import { write } from "sdp-transform";
import { encodingNameOf } from "../codec/codec-policy.ts";
import { hostCandidates } from "../ice/candidate.ts";
import {
  type ExtensionIds,
  extensionNameOf,
  RTP_EXTENSION_URIS,
  type RtpExtensionName,
} from "../rtp/extension-uris.ts";
import type { LocalTransport, NegotiatedCodec, NegotiatedSection, Offer, OfferSection } from "./types.ts";

/** What both kinds of accepted section put into the answer. */
export interface AcceptedSection {
  negotiated: NegotiatedSection;
  direction: "recvonly" | "sendonly";
  /** Lines of this role: simulcast, or SSRCs. */
  extra: Partial<MediaDescription>;
}

/** Our DTLS role: the server, unless the offerer can be nothing else (`a=setup:passive`; RFC 8842 section 5.3). */
export function dtlsRoleFor({ setup }: Pick<Offer, "setup">): "server" | "client" {
  return setup === "passive" ? "client" : "server";
}

/** Extensions of the offer we want, by our names. The first id of an extension offered twice counts. */
export function selectExtensions(section: OfferSection, wanted: readonly RtpExtensionName[]): ExtensionIds {
  const ids: ExtensionIds = {};
  for (const { id, uri } of section.extensions) {
    const name = extensionNameOf(uri);
    if (name !== undefined && wanted.includes(name) && ids[name] === undefined) ids[name] = id;
  }
  return ids;
}

/** What is agreed on for at least one codec, in the order of `wanted`. */
export function mergeFeedback(codecs: readonly NegotiatedCodec[], wanted: readonly string[]): string[] {
  return wanted.filter((type) => codecs.some((codec) => codec.feedback.includes(type)));
}

/** The whole answer: accepted sections where they were offered, the others refused with port 0. */
export function writeAnswer(
  offer: Offer,
  local: LocalTransport,
  accepted: readonly AcceptedSection[],
): string {
  const byIndex = new Map(accepted.map((section) => [section.negotiated.index, section]));
  const mids = offer.bundle.filter(
    (mid) => mid !== "" && accepted.some(({ negotiated }) => negotiated.mid === mid),
  );
  // The first accepted MID tags the section that carries the transport's candidates (RFC 8843 section 7.3.1).
  const tagged = accepted.find(({ negotiated }) => negotiated.mid === (mids[0] ?? ""));
  const session: SessionDescription = {
    version: 0,
    origin: {
      username: "-",
      sessionId: local.sessionId ?? "1",
      sessionVersion: local.sessionVersion ?? 1,
      netType: "IN",
      ipVer: 4,
      address: "0.0.0.0",
    },
    name: "-",
    timing: { start: 0, stop: 0 },
    icelite: "ice-lite",
    iceOptions: "ice2",
    msidSemantic: { semantic: "WMS", token: "*" },
    ...(offer.extmapAllowMixed ? { extmapAllowMixed: "extmap-allow-mixed" as const } : {}),
    ...(mids.length > 0 ? { groups: [{ type: "BUNDLE", mids: mids.join(" ") }] } : {}),
    media: offer.sections.map((section) => {
      const answer = byIndex.get(section.index);
      if (answer === undefined) return refuse(section);
      return accept(offer, section, { answer, local, withCandidates: answer === tagged });
    }),
  };
  return write(session);
}

function refuse(section: OfferSection): MediaDescription {
  return {
    type: section.line.type,
    port: 0,
    protocol: section.line.protocol,
    payloads: section.line.formats,
    connection: { version: 4, ip: "0.0.0.0" },
    ...(section.mid === "" ? {} : { mid: section.mid }),
    ...(section.kind === "other" ? {} : { direction: "inactive" as const }),
    rtp: [],
    fmtp: [],
  };
}

function accept(
  offer: Offer,
  section: OfferSection,
  {
    answer,
    local,
    withCandidates,
  }: { answer: AcceptedSection; local: LocalTransport; withCandidates: boolean },
): MediaDescription {
  const { codecs, extensions, mid } = answer.negotiated;
  const payloads = codecs.flatMap((codec) => payloadTypesOf(codec, answer.direction));
  return {
    type: section.line.type,
    port: 9,
    protocol: section.line.protocol,
    payloads: payloads.join(" "),
    connection: { version: 4, ip: "0.0.0.0" },
    iceUfrag: local.iceUfrag,
    icePwd: local.icePassword,
    fingerprint: { type: "sha-256", hash: local.fingerprint },
    setup: dtlsRoleFor(offer) === "client" ? "active" : "passive",
    ...(mid === "" ? {} : { mid }),
    direction: answer.direction,
    rtcpMux: "rtcp-mux",
    ...(section.rtcpRsize ? { rtcpRsize: "rtcp-rsize" as const } : {}),
    ...(section.receiverRoundTrip ? { invalid: [{ value: "rtcp-xr:rcvr-rtt=all" }] } : {}),
    ...(section.extmapAllowMixed ? { extmapAllowMixed: "extmap-allow-mixed" as const } : {}),
    ext: (Object.keys(extensions) as RtpExtensionName[]).map((name) => ({
      value: extensions[name]!,
      uri: RTP_EXTENSION_URIS[name],
    })),
    ...writeCodecs(codecs, section.kind === "audio"),
    ...(withCandidates
      ? { candidates: writeCandidates(local), endOfCandidates: "end-of-candidates" as const }
      : {}),
    ...answer.extra,
  };
}

/** RED first where we receive it: senders use what comes first. What we send is plain unless we choose otherwise. */
function payloadTypesOf(
  { payloadType, rtxPayloadType, redPayloadType }: NegotiatedCodec,
  direction: AcceptedSection["direction"],
): number[] {
  const ordered =
    direction === "recvonly"
      ? [redPayloadType, payloadType, rtxPayloadType]
      : [payloadType, redPayloadType, rtxPayloadType];
  return ordered.filter((type) => type !== undefined);
}

function writeCodecs(
  codecs: readonly NegotiatedCodec[],
  isAudio: boolean,
): Pick<MediaDescription, "rtp" | "fmtp" | "rtcpFb"> {
  const rtp: MediaDescription["rtp"] = [];
  const fmtp: MediaDescription["fmtp"] = [];
  const rtcpFb: NonNullable<MediaDescription["rtcpFb"]> = [];
  for (const codec of codecs) {
    const { payloadType: payload, clockRate: rate, rtxPayloadType, redPayloadType } = codec;
    const channels = isAudio && codec.channels > 1 ? { encoding: codec.channels } : {};
    rtp.push({ payload, codec: encodingNameOf(codec.name), rate, ...channels });
    if (codec.fmtp !== "") fmtp.push({ payload, config: codec.fmtp });
    for (const entry of codec.feedback) {
      const [type, subtype] = entry.split(" ");
      rtcpFb.push({ payload, type: type!, ...(subtype === undefined ? {} : { subtype }) });
    }
    if (redPayloadType !== undefined) {
      rtp.push({ payload: redPayloadType, codec: "red", rate, ...channels });
      fmtp.push({ payload: redPayloadType, config: `${payload}/${payload}` });
    }
    if (rtxPayloadType === undefined) continue;
    rtp.push({ payload: rtxPayloadType, codec: "rtx", rate });
    fmtp.push({ payload: rtxPayloadType, config: `apt=${payload}` });
  }
  return { rtp, fmtp, rtcpFb };
}

function writeCandidates(local: LocalTransport): NonNullable<MediaDescription["candidates"]> {
  return hostCandidates(local.candidates).map(({ address, tcpType, ...candidate }) => ({
    ...candidate,
    ip: address,
    ...(tcpType === undefined ? {} : { tcptype: tcpType }),
  }));
}
