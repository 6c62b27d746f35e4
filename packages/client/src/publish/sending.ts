import type { Environment } from "../environment.ts";

/** Codecs a publisher offers, best first: what most viewers and recordings can take without transcoding. */
const PREFERENCE = ["video/h264", "video/vp8", "video/vp9", "video/av1"];

export interface SendingOptions {
  environment: Pick<Environment, "sendableVideoCodecs">;
  /** Bits per second. */
  maxVideoBitrate: number;
}

/** The two send-only sections of a publisher; a null track keeps its section for later. */
export interface Sending {
  replaceTrack(kind: "audio" | "video", track: MediaStreamTrack | null): Promise<void>;
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
  preferCodecs(video, options.environment.sendableVideoCodecs());
  void preferDegradation(video.sender);
  return {
    async replaceTrack(kind, track) {
      if (peer.signalingState === "closed") return;
      const { sender } = kind === "video" ? video : audio;
      await sender.replaceTrack(track);
      if (kind === "video") await preferDegradation(sender);
    },
  };
}

/** Sorts codecs by what viewers can take; those of no rank (RTX, FEC) keep their place at the end. */
export function rankCodecs<Codec extends { mimeType: string; sdpFmtpLine?: string }>(
  codecs: readonly Codec[],
): Codec[] {
  const rank = ({ mimeType, sdpFmtpLine }: Codec) => {
    const index = PREFERENCE.indexOf(mimeType.toLowerCase());
    if (index < 0) return PREFERENCE.length;
    // Constrained baseline first: every decoder takes it, and it has no B-frames.
    return index - (/profile-level-id=42[ce]0/i.test(sdpFmtpLine ?? "") ? 0.5 : 0);
  };
  return codecs
    .filter(({ mimeType, sdpFmtpLine = "" }) => {
      // Single NAL units (RFC 6184 section 6.2, the default when the mode is not named) cannot carry a whole frame.
      return mimeType.toLowerCase() !== "video/h264" || sdpFmtpLine.includes("packetization-mode=1");
    })
    .sort((left, right) => rank(left) - rank(right));
}

function preferCodecs(transceiver: RTCRtpTransceiver, codecs: RTCRtpCodec[] | undefined): void {
  if (codecs === undefined || typeof transceiver.setCodecPreferences !== "function") return;
  try {
    transceiver.setCodecPreferences(rankCodecs(codecs));
  } catch {
    // A browser that refuses the list keeps its own order; the server takes what it can.
  }
}

/** On a weak uplink faces should move rather than be sharp; screens say `detail` or `text` by their content hint. */
async function preferDegradation(sender: RTCRtpSender): Promise<void> {
  const hint = sender.track?.contentHint;
  const parameters = sender.getParameters();
  const wanted = hint === "detail" || hint === "text" ? "maintain-resolution" : "maintain-framerate";
  if (parameters.degradationPreference === wanted) return;
  parameters.degradationPreference = wanted;
  // A wish: browsers without it reject, and decide for themselves.
  await sender.setParameters(parameters).catch(() => undefined);
}
