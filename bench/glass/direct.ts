/*
 * The direct half: one RTCPeerConnection between the two pages, set up as the SDK sets up its own: same codec first, same
 * bitrate limit, smallest jitter buffer. Runs in the page.
 */

const MAX_BITRATE = 2_500_000;

/** The publisher's side: a connection and its complete offer. */
export async function offerDirect(
  video: MediaStreamTrack,
  audio: MediaStreamTrack | null,
): Promise<{ peer: RTCPeerConnection; sdp: string }> {
  const peer = new RTCPeerConnection();
  const stream = new MediaStream(audio === null ? [video] : [video, audio]);
  const sending = peer.addTransceiver(video, {
    direction: "sendonly",
    streams: [stream],
    sendEncodings: [{ maxBitrate: MAX_BITRATE }],
  });
  peer.addTransceiver(audio ?? "audio", { direction: "sendonly", streams: [stream] });
  const { codecs } = RTCRtpSender.getCapabilities("video")!;
  const rank = ({ mimeType, sdpFmtpLine = "" }: RTCRtpCodec) =>
    mimeType === "video/H264" && /packetization-mode=1.*profile-level-id=42[ce]0/.test(sdpFmtpLine) ? 0 : 1;
  sending.setCodecPreferences([...codecs].sort((left, right) => rank(left) - rank(right)));
  const parameters = sending.sender.getParameters();
  parameters.degradationPreference = "maintain-framerate";
  await sending.sender.setParameters(parameters).catch(() => undefined);
  await peer.setLocalDescription(await peer.createOffer());
  return { peer, sdp: await complete(peer) };
}

/** The viewer's side. */
export async function answerDirect(
  offer: string,
  stream: MediaStream,
): Promise<{ peer: RTCPeerConnection; sdp: string }> {
  const peer = new RTCPeerConnection();
  peer.addEventListener("track", ({ receiver, track }) => {
    const tuned = receiver as RTCRtpReceiver & { jitterBufferTarget?: number | null };
    tuned.jitterBufferTarget = 0;
    stream.addTrack(track);
  });
  await peer.setRemoteDescription({ type: "offer", sdp: offer });
  await peer.setLocalDescription(await peer.createAnswer());
  return { peer, sdp: await complete(peer) };
}

/** The local description with all its candidates. */
async function complete(peer: RTCPeerConnection): Promise<string> {
  while (peer.iceGatheringState !== "complete") {
    await new Promise((resolve) => peer.addEventListener("icegatheringstatechange", resolve, { once: true }));
  }
  return peer.localDescription!.sdp;
}
