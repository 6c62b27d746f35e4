/** Codecs a publisher offers, best first: what most viewers and recordings can take without transcoding. */
const PREFERENCE = ["video/h264", "video/vp8", "video/vp9", "video/av1"];

export interface SendingOptions {
  maxVideoBitrate: number;
}

/** The two send-only sections of a publisher; a null track keeps its section for later. */
export interface Sending {
  video: RTCRtpSender;
  audio: RTCRtpSender;
}

/** Adds audio and video sections to a fresh connection. Sections stay; what they send may change. */
export function addSending(
  peer: RTCPeerConnection,
  tracks: { video: MediaStreamTrack | null; audio: MediaStreamTrack | null },
  options: SendingOptions,
): Sending {
  const video = peer.addTransceiver(tracks.video ?? "video", {
    direction: "sendonly",
    sendEncodings: [{ maxBitrate: options.maxVideoBitrate }],
  });
  const audio = peer.addTransceiver(tracks.audio ?? "audio", { direction: "sendonly" });
  preferCodecs(video);
  preferSmoothness(video.sender);
  return { video: video.sender, audio: audio.sender };
}

function preferCodecs(transceiver: RTCRtpTransceiver): void {
  const codecs = RTCRtpSender.getCapabilities("video")?.codecs;
  if (codecs === undefined || typeof transceiver.setCodecPreferences !== "function") return;
  const rank = (codec: { mimeType: string; sdpFmtpLine?: string }) => {
    const index = PREFERENCE.indexOf(codec.mimeType.toLowerCase());
    if (index < 0) return PREFERENCE.length;
    // Constrained baseline first: every decoder takes it, and it has no B-frames.
    return index + (codec.sdpFmtpLine?.includes("profile-level-id=42e0") ? -0.5 : 0);
  };
  const packetised = codecs.filter((codec) => codec.sdpFmtpLine?.includes("packetization-mode=0") !== true);
  try {
    transceiver.setCodecPreferences([...packetised].sort((left, right) => rank(left) - rank(right)));
  } catch {
    // A browser that refuses the list keeps its own order; the server accepts what it offers.
  }
}

/** On a weak uplink faces should move rather than be sharp; screens say `detail` by their content hint. */
function preferSmoothness(sender: RTCRtpSender): void {
  const parameters = sender.getParameters();
  if (!("degradationPreference" in parameters) && sender.track?.contentHint === "detail") return;
  parameters.degradationPreference =
    sender.track?.contentHint === "detail" ? "maintain-resolution" : "maintain-framerate";
  sender.setParameters(parameters).catch(() => undefined);
}
