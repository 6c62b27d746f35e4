import { CHROMIUM, CHROMIUM_SIMULCAST, CHROMIUM_VIEWER, FINGERPRINT } from "./chromium-offers.fixture.ts";

/** Offers as the clients of the day write them; identities and addresses are made up. Lines end in LF here. */
export { CHROMIUM, CHROMIUM_SIMULCAST, CHROMIUM_VIEWER };

/** Firefox: session-level DTLS, H.264 in two packetization modes, RTX, IPv4-only connection line. */
export const FIREFOX = `v=0
o=mozilla...THIS_IS_SDPARTA-99.0 8523414353450093234 0 IN IP4 0.0.0.0
s=-
t=0 0
a=fingerprint:${FINGERPRINT}
a=group:BUNDLE 0 1
a=ice-options:trickle
a=msid-semantic:WMS *
m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101
c=IN IP4 0.0.0.0
a=sendonly
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level
a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid
a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1
a=fmtp:101 0-15
a=ice-pwd:d61f5a0e5e0a1a2d8e3f2a7c9b4d6e8f
a=ice-ufrag:3f9c1b7e
a=mid:0
a=msid:{0b6e7d8c-5f3d-4a42-9a6e-60ff5b39a0c1} {d9d4c7f2-8f6f-4d0e-8ddf-32a1f7d5a001}
a=rtcp-mux
a=rtpmap:109 opus/48000/2
a=rtpmap:9 G722/8000/1
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=setup:actpass
a=ssrc:2655508255 cname:{735484ea-4f6c-f74a-bd66-7425f8476c2e}
m=video 9 UDP/TLS/RTP/SAVPF 120 124 121 125 126 127 97 98 123 122 119
c=IN IP4 0.0.0.0
a=sendonly
a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:4 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:5 urn:ietf:params:rtp-hdrext:toffset
a=extmap:6/recvonly http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
a=extmap:7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:8 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
a=fmtp:126 profile-level-id=42e01f;level-asymmetry-allowed=1;packetization-mode=1
a=fmtp:97 profile-level-id=42e01f;level-asymmetry-allowed=1
a=fmtp:120 max-fs=12288;max-fr=60
a=fmtp:124 apt=120
a=fmtp:121 max-fs=12288;max-fr=60
a=fmtp:125 apt=121
a=fmtp:127 apt=126
a=fmtp:98 apt=97
a=fmtp:119 apt=122
a=ice-pwd:d61f5a0e5e0a1a2d8e3f2a7c9b4d6e8f
a=ice-ufrag:3f9c1b7e
a=mid:1
a=rtcp-fb:120 nack
a=rtcp-fb:120 nack pli
a=rtcp-fb:120 ccm fir
a=rtcp-fb:120 goog-remb
a=rtcp-fb:120 transport-cc
a=rtcp-fb:121 nack
a=rtcp-fb:121 nack pli
a=rtcp-fb:121 ccm fir
a=rtcp-fb:121 goog-remb
a=rtcp-fb:121 transport-cc
a=rtcp-fb:126 nack
a=rtcp-fb:126 nack pli
a=rtcp-fb:126 ccm fir
a=rtcp-fb:126 goog-remb
a=rtcp-fb:126 transport-cc
a=rtcp-fb:97 nack
a=rtcp-fb:97 nack pli
a=rtcp-fb:97 ccm fir
a=rtcp-fb:97 goog-remb
a=rtcp-fb:97 transport-cc
a=rtcp-mux
a=rtcp-rsize
a=rid:hi send
a=rid:lo send
a=simulcast:send hi;lo
a=rtpmap:120 VP8/90000
a=rtpmap:124 rtx/90000
a=rtpmap:121 VP9/90000
a=rtpmap:125 rtx/90000
a=rtpmap:126 H264/90000
a=rtpmap:127 rtx/90000
a=rtpmap:97 H264/90000
a=rtpmap:98 rtx/90000
a=rtpmap:123 ulpfec/90000
a=rtpmap:122 red/90000
a=rtpmap:119 rtx/90000
a=setup:actpass
a=ssrc:1049098301 cname:{735484ea-4f6c-f74a-bd66-7425f8476c2e}
`;

/** Safari: H.264 high and baseline first, HEVC, a data channel beside the media. */
export const SAFARI = `v=0
o=- 3456789012345678901 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1 2
a=extmap-allow-mixed
a=msid-semantic: WMS 11111111-2222-4333-8444-555555555555
m=audio 52811 UDP/TLS/RTP/SAVPF 111 63 103 9 102 0 8 105 13 110 113 126
c=IN IP4 192.0.2.77
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:2999745851 1 udp 2122260223 192.0.2.77 52811 typ host generation 0 network-id 1
a=candidate:2999745852 1 tcp 1518280447 192.0.2.77 9 typ host tcptype active generation 0 network-id 1
a=ice-ufrag:XWzv
a=ice-pwd:lTn2pUxAbCdEfGhIjKlMnOpQ
a=ice-options:trickle
a=fingerprint:${FINGERPRINT}
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1;stereo=1
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:103 ISAC/16000
a=rtpmap:9 G722/8000
a=rtpmap:102 ILBC/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:105 CN/16000
a=rtpmap:13 CN/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:113 telephone-event/16000
a=rtpmap:126 telephone-event/8000
a=ssrc:3098761234 cname:saf4riCname
a=ssrc:3098761234 msid:11111111-2222-4333-8444-555555555555 aaaa1111-2222-4333-8444-555555555555
m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101 127 125
c=IN IP4 0.0.0.0
a=ice-ufrag:XWzv
a=ice-pwd:lTn2pUxAbCdEfGhIjKlMnOpQ
a=ice-options:trickle
a=fingerprint:${FINGERPRINT}
a=setup:actpass
a=mid:1
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:13 urn:3gpp:video-orientation
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:96 H264/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 transport-cc
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640c1f
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:98 H264/90000
a=rtcp-fb:98 goog-remb
a=rtcp-fb:98 transport-cc
a=rtcp-fb:98 ccm fir
a=rtcp-fb:98 nack
a=rtcp-fb:98 nack pli
a=fmtp:98 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtpmap:99 rtx/90000
a=fmtp:99 apt=98
a=rtpmap:100 H265/90000
a=rtcp-fb:100 nack
a=rtpmap:101 rtx/90000
a=fmtp:101 apt=100
a=rtpmap:127 VP8/90000
a=rtcp-fb:127 goog-remb
a=rtcp-fb:127 transport-cc
a=rtcp-fb:127 ccm fir
a=rtcp-fb:127 nack
a=rtcp-fb:127 nack pli
a=rtpmap:125 rtx/90000
a=fmtp:125 apt=127
a=ssrc-group:FID 788700000 788700001
a=ssrc:788700000 cname:saf4riCname
a=ssrc:788700001 cname:saf4riCname
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=ice-ufrag:XWzv
a=ice-pwd:lTn2pUxAbCdEfGhIjKlMnOpQ
a=ice-options:trickle
a=fingerprint:${FINGERPRINT}
a=setup:actpass
a=mid:2
a=sctp-port:5000
a=max-message-size:262144
`;

/** OBS 30 (libdatachannel): named MIDs, session-level setup, one codec each, DTLS active-or-passive, no extensions. */
export const OBS = `v=0
o=rtc 3097459102 0 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=group:LS 0 1
a=msid-semantic:WMS *
a=setup:actpass
a=ice-ufrag:8mQf
a=ice-pwd:AvZ4pFdE4NE0mSBzVZkRhq
a=ice-options:ice2,trickle
a=fingerprint:${FINGERPRINT}
m=audio 41413 UDP/TLS/RTP/SAVPF 111
c=IN IP4 192.0.2.12
a=mid:0
a=sendonly
a=ssrc:1234567 cname:lZpmb3kQwTHs4nQe
a=ssrc:1234567 msid:obsStream0 obsAudio0
a=msid:obsStream0 obsAudio0
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1;sprop-stereo=1;useinbandfec=1
a=candidate:1 1 UDP 2122317823 192.0.2.12 41413 typ host
a=end-of-candidates
m=video 41413 UDP/TLS/RTP/SAVPF 96
c=IN IP4 192.0.2.12
a=mid:1
a=sendonly
a=ssrc:1234568 cname:lZpmb3kQwTHs4nQe
a=ssrc:1234568 msid:obsStream0 obsVideo0
a=msid:obsStream0 obsVideo0
a=rtcp-mux
a=rtpmap:96 H264/90000
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtcp-fb:96 goog-remb
a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1
`;

/** Header of what OBS 31 and newer offer: ICE begins after the answer, so no candidates, and nothing is trickled. */
const OBS_SESSION = `v=0
o=rtc 2417263318 0 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=group:LS 0 1
a=msid-semantic:WMS *
a=ice-options:ice2,trickle
a=fingerprint:${FINGERPRINT}
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=mid:0
a=sendonly
a=ssrc:2684109517 cname:1oRuBlQ9ZrVWqUQg
a=ssrc:2684109517 msid:wHV3U6SAyiLXZ9pJ wHV3U6SAyiLXZ9pJ-audio
a=msid:wHV3U6SAyiLXZ9pJ wHV3U6SAyiLXZ9pJ-audio
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1;sprop-stereo=1;useinbandfec=1
a=setup:actpass
a=ice-ufrag:qv1F
a=ice-pwd:cSxZ8QkHsqGjmwkmXlcyyF
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=mid:1
a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=sendonly
`;

const OBS_VIDEO = `a=rtcp-mux
a=rtpmap:96 H264/90000
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 goog-remb
a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1
a=setup:actpass
a=ice-ufrag:qv1F
a=ice-pwd:cSxZ8QkHsqGjmwkmXlcyyF
`;

/** OBS 31: the RID extension without a RID. */
export const OBS_31 = `${OBS_SESSION}a=ssrc:2684109518 cname:1oRuBlQ9ZrVWqUQg
a=ssrc:2684109518 msid:wHV3U6SAyiLXZ9pJ wHV3U6SAyiLXZ9pJ-video
a=msid:wHV3U6SAyiLXZ9pJ wHV3U6SAyiLXZ9pJ-video
${OBS_VIDEO}`;

/** OBS 32 with three layers: named by number, the biggest first, without SSRCs. It ends unless all are in the answer. */
export const OBS_32_SIMULCAST = `${OBS_SESSION}a=msid:wHV3U6SAyiLXZ9pJ wHV3U6SAyiLXZ9pJ-video
a=rid:0 send
a=rid:1 send
a=rid:2 send
a=simulcast:send 0;1;2
${OBS_VIDEO}`;

/** FFmpeg's `whip` muxer: DTLS active (as here, `dtls_active`) or passive, no RTX, H.264 profile of the encoder, msid without track words. */
export const FFMPEG = `v=0
o=FFmpeg 4489045141692799359 2 IN IP4 127.0.0.1
s=FFmpegPublishSession
t=0 0
a=group:BUNDLE 0 1
a=extmap-allow-mixed
a=msid-semantic: WMS
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=ice-ufrag:174bb4a4
a=ice-pwd:ec01a3c1c06b1ec6fb8d7b0a0e2fd5ab
a=fingerprint:${FINGERPRINT}
a=setup:active
a=mid:0
a=sendonly
a=msid:FFmpeg audio
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=ssrc:3046729412 cname:FFmpeg
a=ssrc:3046729412 msid:FFmpeg audio
m=video 9 UDP/TLS/RTP/SAVPF 106
c=IN IP4 0.0.0.0
a=ice-ufrag:174bb4a4
a=ice-pwd:ec01a3c1c06b1ec6fb8d7b0a0e2fd5ab
a=fingerprint:${FINGERPRINT}
a=setup:active
a=mid:1
a=sendonly
a=msid:FFmpeg video
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:106 H264/90000
a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42c01f
a=rtcp-fb:106 nack
a=ssrc:2130746925 cname:FFmpeg
a=ssrc:2130746925 msid:FFmpeg video
`;

/** GStreamer's whipsink (webrtcbin): MIDs with words, wildcard feedback, sprop-parameter-sets, ice-options trickle per section. */
export const GSTREAMER = `v=0
o=- 5563423412342341234 0 IN IP4 0.0.0.0
s=-
t=0 0
a=ice-options:trickle
a=group:BUNDLE video0 audio1
m=video 9 UDP/TLS/RTP/SAVPF 96 97
c=IN IP4 0.0.0.0
a=setup:actpass
a=ice-ufrag:sVbqNz4M1h8pQkRtYwXc7uJd0eLfGaOi
a=ice-pwd:Qm3xZv9LkPqW2sDfGhJ4tYuIoPaSdFgH
a=rtcp-mux
a=rtcp-rsize
a=sendonly
a=rtpmap:96 H264/90000
a=rtcp-fb:* nack pli
a=rtcp-fb:* ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 transport-cc
a=framerate:30
a=fmtp:96 packetization-mode=1;profile-level-id=42c01e;sprop-parameter-sets=Z0LAHtkAoD2hAAADAAEAAAMAPA8WLkg=,aMuMsg==;level-asymmetry-allowed=1
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=ssrc-group:FID 1887564321 1887564322
a=ssrc:1887564321 msid:user3344942761@host-aa webrtctransceiver0
a=ssrc:1887564321 cname:user3344942761@host-aa
a=ssrc:1887564322 msid:user3344942761@host-aa webrtctransceiver0
a=ssrc:1887564322 cname:user3344942761@host-aa
a=mid:video0
a=extmap:1 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=fingerprint:${FINGERPRINT}
m=audio 0 UDP/TLS/RTP/SAVPF 98
c=IN IP4 0.0.0.0
a=setup:actpass
a=ice-ufrag:sVbqNz4M1h8pQkRtYwXc7uJd0eLfGaOi
a=ice-pwd:Qm3xZv9LkPqW2sDfGhJ4tYuIoPaSdFgH
a=bundle-only
a=rtcp-mux
a=rtcp-rsize
a=sendonly
a=rtpmap:98 OPUS/48000/2
a=rtcp-fb:98 transport-cc
a=fmtp:98 sprop-maxcapturerate=48000;sprop-stereo=1
a=ssrc:922113344 cname:user3344942761@host-aa
a=mid:audio1
a=extmap:1 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=fingerprint:${FINGERPRINT}
`;

/** werift as a WHEP viewer. */
export const WERIFT_VIEWER = `v=0
o=- 12345678 0 IN IP4 0.0.0.0
s=-
t=0 0
a=group:BUNDLE 0 1
a=extmap-allow-mixed
a=msid-semantic:WMS *
m=video 9 UDP/TLS/RTP/SAVPF 96 97 98
c=IN IP4 0.0.0.0
a=recvonly
a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=mid:0
a=msid:6b7f7a3e-5f0a-4c4a-9d0f-3d5d5ad5ad5a 2f3f4f5f-1111-4222-8333-444444444444
a=rtcp:9 IN IP4 0.0.0.0
a=rtcp-mux
a=rtpmap:96 H264/90000
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtcp-fb:96 goog-remb
a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:98 VP8/90000
a=rtcp-fb:98 nack
a=rtcp-fb:98 nack pli
a=rtcp-fb:98 goog-remb
a=ice-ufrag:4bf1
a=ice-pwd:bc5a2d8e3f2a7c9b4d6e8f
a=ice-options:trickle
a=fingerprint:${FINGERPRINT}
a=setup:actpass
m=audio 9 UDP/TLS/RTP/SAVPF 99
c=IN IP4 0.0.0.0
a=recvonly
a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
a=mid:1
a=rtcp:9 IN IP4 0.0.0.0
a=rtcp-mux
a=rtpmap:99 opus/48000/2
a=ice-ufrag:4bf1
a=ice-pwd:bc5a2d8e3f2a7c9b4d6e8f
a=ice-options:trickle
a=fingerprint:${FINGERPRINT}
a=setup:actpass
`;

export const PUBLISHER_OFFERS: Readonly<Record<string, string>> = {
  CHROMIUM,
  CHROMIUM_SIMULCAST,
  FIREFOX,
  SAFARI,
  OBS,
  OBS_31,
  OBS_32_SIMULCAST,
  FFMPEG,
  GSTREAMER,
};

export const VIEWER_OFFERS: Readonly<Record<string, string>> = { CHROMIUM_VIEWER, WERIFT_VIEWER, SAFARI };
