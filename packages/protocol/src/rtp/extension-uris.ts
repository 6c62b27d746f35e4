/**
 * RTP header extensions we understand, by the names the wire uses, and their URIs
 * (IANA "RTP Compact Header Extensions"; WebRTC's experimental ones as they stand).
 */
export const RTP_EXTENSION_URIS = {
  mid: "urn:ietf:params:rtp-hdrext:sdes:mid",
  rid: "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
  repairedRid: "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
  audioLevel: "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
  absSendTime: "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
  transportCc: "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
  absCaptureTime: "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
  videoOrientation: "urn:3gpp:video-orientation",
  playoutDelay: "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
  dependencyDescriptor:
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
} as const;

export type RtpExtensionName = keyof typeof RTP_EXTENSION_URIS;

/** Local ids (RFC 8285, 1..255) by extension; what is absent was not negotiated. */
export type ExtensionIds = Partial<Record<RtpExtensionName, number>>;

const NAMES = new Map<string, RtpExtensionName>(
  (Object.keys(RTP_EXTENSION_URIS) as RtpExtensionName[]).map((name) => [RTP_EXTENSION_URIS[name], name]),
);

/** Our name for an extension URI, or undefined when we do not know it. */
export function extensionNameOf(uri: string): RtpExtensionName | undefined {
  return NAMES.get(uri);
}
