import type { CodecName } from "../codec/types.ts";
import type { HostAddress } from "../ice/candidate.ts";
import type { ExtensionIds } from "../rtp/extension-uris.ts";

export type SdpMediaKind = "audio" | "video";
export type SdpDirection = "sendrecv" | "sendonly" | "recvonly" | "inactive";
/** RFC 4145 section 4, RFC 8842. */
export type SdpSetup = "actpass" | "active" | "passive";

/** RFC 8839 section 5.4: ufrag 4..256 and password 22..256 `ice-char`s. */
export interface IceCredentials {
  ufrag: string;
  password: string;
}

/** RFC 8122: certificate hash, upper-case hex with colons. */
export interface DtlsFingerprint {
  algorithm: "sha-256" | "sha-384" | "sha-512" | "sha-1";
  value: string;
}

/** One media format an offer names, with its RTX companion joined in. */
export interface OfferCodec {
  /** Undefined for codecs we do not know; `encoding` still names them. */
  name: CodecName | undefined;
  /** Encoding name as offered, e.g. `H264`. */
  encoding: string;
  payloadType: number;
  clockRate: number;
  channels: number;
  /** `a=fmtp` as offered; empty when absent. */
  fmtp: string;
  rtxPayloadType: number | undefined;
  /** Opus inside RED (RFC 2198), its blocks all of this codec. */
  redPayloadType: number | undefined;
  /** `a=rtcp-fb` values, e.g. `nack pli`, wildcards applied. */
  feedback: string[];
}

export interface OfferExtension {
  id: number;
  uri: string;
}

export interface OfferRid {
  id: string;
  direction: "send" | "recv";
  /** Restrictions as offered, e.g. `max-width=1280`; empty when absent. */
  parameters: string;
}

export interface OfferSsrc {
  ssrc: number;
  /** From `a=ssrc-group:FID`: the SSRC of the RTX stream that repairs this one. */
  rtxSsrc: number | undefined;
  cname: string | undefined;
  msid: string | undefined;
}

export interface OfferSection {
  /** Position among the m-lines. */
  index: number;
  /** `other` is whatever cannot carry RTP for us (data channels, text): always rejected. */
  kind: SdpMediaKind | "other";
  /** The m-line's own words, needed to reject it: `application 9 UDP/DTLS/SCTP webrtc-datachannel`. */
  line: { type: string; protocol: string; formats: string };
  /** The offerer rejected or disabled it (port 0 and not bundle-only). */
  rejected: boolean;
  mid: string;
  direction: SdpDirection;
  rtcpMux: boolean;
  rtcpRsize: boolean;
  /** `a=rtcp-xr:rcvr-rtt`: a side that only receives may measure the round trip (RFC 3611 section 5.1). */
  receiverRoundTrip: boolean;
  codecs: OfferCodec[];
  extensions: OfferExtension[];
  extmapAllowMixed: boolean;
  rids: OfferRid[];
  /** RIDs of `a=simulcast:send`, in order, first alternative each; empty when none. */
  simulcastSend: string[];
  /** Primary streams; RTX streams are folded into `rtxSsrc`. */
  ssrcs: OfferSsrc[];
  /** Those of them that `a=ssrc-group:SIM` names, in its order: simulcast without RIDs; empty when none. */
  simulcastSsrcs: OfferSsrc[];
  /** `a=msid` (stream and track), first one. */
  msid: string | undefined;
}

/** A checked offer: every RTP section is BUNDLEd on one DTLS/ICE transport with rtcp-mux. */
export interface Offer {
  ice: IceCredentials;
  /** The offerer is itself an ICE-lite agent (then nobody would send checks: refused). */
  iceLite: boolean;
  /** `a=ice-options`, e.g. `trickle`, `renomination`. */
  iceOptions: string[];
  fingerprint: DtlsFingerprint;
  setup: SdpSetup;
  /** MIDs of the BUNDLE group, in its order; one section without BUNDLE counts as a group of its own. */
  bundle: string[];
  extmapAllowMixed: boolean;
  sections: OfferSection[];
}

/** Our side of the transport. */
export interface LocalTransport {
  iceUfrag: string;
  icePassword: string;
  /** SHA-256 fingerprint of our certificate, upper-case hex with colons (`Wire.fingerprint`). */
  fingerprint: string;
  /** Announced host candidates, most preferred first within each transport. */
  candidates: readonly HostAddress[];
  /** `o=` session id: decimal digits, at most 19; default `1`. */
  sessionId?: string;
  /** `o=` session version; default 1. */
  sessionVersion?: number;
}

/** One codec both sides agreed on. */
export interface NegotiatedCodec {
  name: CodecName;
  payloadType: number;
  clockRate: number;
  /** 1 for video. */
  channels: number;
  /** `a=fmtp` of the answer; empty when none. */
  fmtp: string;
  rtxPayloadType: number | undefined;
  /** Opus: may also come (publisher) or be sent (viewer) as RED (RFC 2198) under this payload type. */
  redPayloadType: number | undefined;
  /** `a=rtcp-fb` both sides agreed on for this codec, e.g. `transport-cc`, `nack`, `nack pli`. */
  feedback: string[];
}

export interface NegotiatedSection {
  /** Position among the m-lines. */
  index: number;
  kind: SdpMediaKind;
  mid: string;
  /** In order of preference (ours); never empty. */
  codecs: NegotiatedCodec[];
  extensions: ExtensionIds;
  /** Feedback agreed on for at least one codec. */
  feedback: string[];
  /** Either side may send receiver reference times, and the other answers them (RFC 3611 sections 4.4, 4.5). */
  receiverRoundTrip: boolean;
}

/** A section the publisher sends and we receive. */
export interface PublisherSection extends NegotiatedSection {
  /** Simulcast RIDs in the publisher's order (by convention lowest layer first); empty when not simulcast. */
  rids: string[];
  /**
   * Simulcast layers of an offer without RIDs (`a=ssrc-group:SIM`), lowest first; empty when not simulcast that way. They are
   * in `ssrcs`, too.
   */
  simulcastSsrcs: OfferSsrc[];
  /** SSRCs announced in the offer; empty when the publisher announces none (then MID/RID/payload type tell). */
  ssrcs: OfferSsrc[];
}

export interface NegotiatedPublisher {
  ice: IceCredentials;
  fingerprint: DtlsFingerprint;
  /** Accepted sections: at most one video and one audio. */
  sections: PublisherSection[];
}

/** Identity of what we send in one slot. */
export interface SlotIdentity {
  ssrc: number;
  rtxSsrc: number;
  /** RTCP CNAME; slots with one CNAME are played in sync. */
  cname: string;
  /** MediaStream id: slots with the same one arrive as one stream. */
  streamId: string;
  /** MediaStreamTrack id. */
  trackId: string;
}

/** Names a slot for each section that becomes one; called in m-line order. */
export type SlotChooser = (section: { index: number; mid: string; kind: SdpMediaKind }) => SlotIdentity;

/** A section we send and the viewer receives. */
export interface ViewerSlot extends NegotiatedSection, SlotIdentity {}

export interface NegotiatedViewer {
  ice: IceCredentials;
  fingerprint: DtlsFingerprint;
  slots: ViewerSlot[];
}

export interface PublisherAnswer {
  sdp: string;
  negotiated: NegotiatedPublisher;
}

export interface ViewerAnswer {
  sdp: string;
  negotiated: NegotiatedViewer;
}

export interface PublisherAnswerOptions {
  /** Codecs accepted, most preferred first; default `CODEC_POLICY`. */
  policy?: readonly CodecName[];
}

export interface ViewerAnswerOptions {
  /** Codecs offered to viewers, most preferred first; default `CODEC_POLICY`. */
  policy?: readonly CodecName[];
  /** Ask viewers for transport-wide feedback; default false. */
  transportCc?: boolean;
  /** Most video slots; default 9. Further sections are rejected. */
  maxVideoSlots?: number;
  /** Most audio slots; default 9. */
  maxAudioSlots?: number;
}
