import { isIPv4 } from "node:net";
import type { Credentials } from "./ice.ts";

/** Payload types and header extension ids the load generator offers, the numbers Chromium uses. */
export const PAYLOAD_TYPES = { video: 106, rtx: 107, audio: 111 } as const;
export const EXTENSIONS = { transportCc: 3, mid: 4, rid: 10 } as const;
/** MID of the video section. */
export const VIDEO_MID = "0";

const VIDEO = `m=video 9 UDP/TLS/RTP/SAVPF 106 107
c=IN IP4 0.0.0.0
a=rtcp-mux
a=rtcp-rsize
a=mid:0
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=rtpmap:106 H264/90000
a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtcp-fb:106 nack
a=rtcp-fb:106 nack pli
a=rtcp-fb:106 transport-cc
a=rtpmap:107 rtx/90000
a=fmtp:107 apt=106`;

const AUDIO = `m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=rtcp-mux
a=mid:1
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
a=rtcp-fb:111 transport-cc`;

export interface LoadOffer {
  local: Credentials;
  fingerprint: string;
  /** SSRCs of a publisher, for video instead the RIDs of its layers; absent: the offer is a viewer's. */
  sends?: { video: number | readonly string[]; audio: number };
}

/** An offer of one video and one audio section, as Chromium would make it. */
export function writeOffer({ local, fingerprint, sends }: LoadOffer): string {
  const direction = sends === undefined ? "a=recvonly" : "a=sendonly";
  const source = (ssrc: number | undefined) => (ssrc === undefined ? [] : [`a=ssrc:${ssrc} cname:bench`]);
  const lines = [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0 1",
    ...transport(local, fingerprint),
    "a=setup:actpass",
    ...VIDEO.split("\n"),
    direction,
    ...(typeof sends?.video === "object" ? simulcast(sends.video) : source(sends?.video)),
    ...AUDIO.split("\n"),
    direction,
    ...source(sends?.audio),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

/** RFC 8853, RFC 8852. */
function simulcast(rids: readonly string[]): string[] {
  return [
    `a=extmap:${EXTENSIONS.rid} urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id`,
    ...rids.map((rid) => `a=rid:${rid} send`),
    `a=simulcast:send ${rids.join(";")}`,
  ];
}

/** The transport that the other side's description names. */
export interface RemoteTransport {
  credentials: Credentials;
  fingerprint: string;
  /** Its first UDP candidate over IPv4. */
  address: string;
}

/** Throws when something is missing. */
export function readTransport(sdp: string): RemoteTransport {
  const find = (pattern: RegExp) => {
    const found = pattern.exec(sdp)?.[1];
    if (found === undefined) throw new Error(`no ${pattern.source} in:\n${sdp}`);
    return found;
  };
  const candidates = [...sdp.matchAll(/^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host/gim)];
  const candidate = candidates.find(([, host = ""]) => isIPv4(host));
  if (candidate === undefined) throw new Error(`no IPv4 host candidate in:\n${sdp}`);
  return {
    credentials: { ufrag: find(/^a=ice-ufrag:(\S+)/m), password: find(/^a=ice-pwd:(\S+)/m) },
    fingerprint: find(/^a=fingerprint:sha-256 (\S+)/im),
    address: `${candidate[1]}:${candidate[2]}`,
  };
}

export interface LiteAnswer {
  local: Credentials;
  fingerprint: string;
  /** Where we are, `host:port`. */
  address: string;
}

/** Answers an offer whose every section sends to us: ICE-lite, DTLS client, codecs as offered. */
export function writeLiteAnswer(offer: string, { local, fingerprint, address }: LiteAnswer): string {
  const [host, port] = address.split(":");
  const [session = "", ...sections] = offer.split(/\r?\n(?=m=)/);
  const group = /^a=group:BUNDLE.*$/m.exec(session)?.[0] ?? "";
  const head = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", group.trim(), "a=ice-lite"];
  const kept = /^(?:m=|c=|a=(?:mid|rtpmap|fmtp|rtcp-fb|extmap|rtcp-mux))/;
  const body = sections.flatMap((section) => [
    ...section.split(/\r?\n/).filter((line) => kept.test(line)),
    ...transport(local, fingerprint),
    "a=setup:active",
    "a=recvonly",
    `a=candidate:1 1 udp 2130706431 ${host} ${port} typ host`,
    "a=end-of-candidates",
  ]);
  return `${[...head, ...body].join("\r\n")}\r\n`;
}

function transport(local: Credentials, fingerprint: string): string[] {
  return [
    `a=ice-ufrag:${local.ufrag}`,
    `a=ice-pwd:${local.password}`,
    `a=fingerprint:sha-256 ${fingerprint}`,
  ];
}
