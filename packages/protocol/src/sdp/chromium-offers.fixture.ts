/** Offers as Chromium writes them; identities are made up. Lines end in LF here. */

export const FINGERPRINT =
  "sha-256 6B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08";

const CHROMIUM_AUDIO = `m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:hAp5
a=ice-pwd:VZc0Pe1OmOr3f4VZc0Pe1OmO
a=ice-options:trickle
a=fingerprint:${FINGERPRINT}
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=DIRECTION
a=msid:be2f3a6c-0c0a-4f7f-9d53-1fdc3d1d4ac9 3f0b52f5-6c8f-4f2a-8a53-8a4ad65a2a11
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:13 CN/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:126 telephone-event/8000
a=ssrc:1190912237 cname:Gb1sOm9Z0Xe0k1Qd
a=ssrc:1190912237 msid:be2f3a6c-0c0a-4f7f-9d53-1fdc3d1d4ac9 3f0b52f5-6c8f-4f2a-8a53-8a4ad65a2a11
`;

const CHROMIUM_VIDEO_CODECS: [number, string, string, number][] = [
  [96, "VP8", "", 97],
  [102, "H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f", 103],
  [104, "H264", "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f", 105],
  [106, "H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f", 107],
  [108, "H264", "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f", 109],
  [127, "H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f", 125],
  [39, "H264", "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=4d001f", 40],
  [45, "AV1", "level-idx=5;profile=0;tier=0", 46],
  [98, "VP9", "profile-id=0", 99],
  [100, "VP9", "profile-id=2", 101],
  [112, "H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64001f", 113],
];

const CHROMIUM_VIDEO_HEAD = `m=video 9 UDP/TLS/RTP/SAVPF ${CHROMIUM_VIDEO_CODECS.flatMap(([pt, , , rtx]) => [pt, rtx]).join(" ")} 114 115 116
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:hAp5
a=ice-pwd:VZc0Pe1OmOr3f4VZc0Pe1OmO
a=ice-options:trickle
a=fingerprint:${FINGERPRINT}
a=setup:actpass
a=mid:1
a=extmap:14 urn:ietf:params:rtp-hdrext:toffset
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:13 urn:3gpp:video-orientation
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
a=extmap:6 http://www.webrtc.org/experiments/rtp-hdrext/video-content-type
a=extmap:7 http://www.webrtc.org/experiments/rtp-hdrext/video-timing
a=extmap:8 http://www.webrtc.org/experiments/rtp-hdrext/color-space
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
a=extmap:12 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension
a=extmap:9 http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time
a=DIRECTION
a=msid:be2f3a6c-0c0a-4f7f-9d53-1fdc3d1d4ac9 6a4f0d0e-7f86-4f29-bb0c-0b6fd1dd7b21
a=rtcp-mux
a=rtcp-rsize
${CHROMIUM_VIDEO_CODECS.map(
  ([pt, name, fmtp, rtx]) => `a=rtpmap:${pt} ${name}/90000
a=rtcp-fb:${pt} goog-remb
a=rtcp-fb:${pt} transport-cc
a=rtcp-fb:${pt} ccm fir
a=rtcp-fb:${pt} nack
a=rtcp-fb:${pt} nack pli
${fmtp === "" ? "" : `a=fmtp:${pt} ${fmtp}\n`}a=rtpmap:${rtx} rtx/90000
a=fmtp:${rtx} apt=${pt}
`,
).join("")}a=rtpmap:114 red/90000
a=rtpmap:115 rtx/90000
a=fmtp:115 apt=114
a=rtpmap:116 ulpfec/90000
`;

const SESSION = `v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=extmap-allow-mixed
a=msid-semantic: WMS be2f3a6c-0c0a-4f7f-9d53-1fdc3d1d4ac9
`;

function directed(section: string, direction: string): string {
  return section.replace("a=DIRECTION", `a=${direction}`);
}

/** Chromium, camera and microphone, one encoding. */
export const CHROMIUM = `${SESSION}${directed(CHROMIUM_AUDIO, "sendonly")}${directed(CHROMIUM_VIDEO_HEAD, "sendonly")}a=ssrc-group:FID 2231627014 632943048
a=ssrc:2231627014 cname:Gb1sOm9Z0Xe0k1Qd
a=ssrc:2231627014 msid:be2f3a6c-0c0a-4f7f-9d53-1fdc3d1d4ac9 6a4f0d0e-7f86-4f29-bb0c-0b6fd1dd7b21
a=ssrc:632943048 cname:Gb1sOm9Z0Xe0k1Qd
a=ssrc:632943048 msid:be2f3a6c-0c0a-4f7f-9d53-1fdc3d1d4ac9 6a4f0d0e-7f86-4f29-bb0c-0b6fd1dd7b21
`;

/** Chromium with `sendEncodings` of three RIDs. */
export const CHROMIUM_SIMULCAST = `${SESSION}${directed(CHROMIUM_AUDIO, "sendonly")}${directed(CHROMIUM_VIDEO_HEAD, "sendonly")}a=rid:q send
a=rid:h send
a=rid:f send
a=simulcast:send q;h;f
`;

/** Chromium as a viewer of two video and two audio slots. */
export const CHROMIUM_VIEWER = `${SESSION.replace("BUNDLE 0 1", "BUNDLE 0 1 2 3")}${[
  directed(CHROMIUM_AUDIO, "recvonly"),
  directed(CHROMIUM_VIDEO_HEAD, "recvonly"),
  directed(CHROMIUM_AUDIO, "recvonly").replace("a=mid:0", "a=mid:2"),
  directed(CHROMIUM_VIDEO_HEAD, "recvonly").replace("a=mid:1", "a=mid:3"),
]
  .join("")
  .replaceAll(/a=(?:ssrc|msid):.*\n/g, "")}`;
