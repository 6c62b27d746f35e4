/** Adds the receive-only sections of a viewer to a fresh connection; each is a slot the server fills as it likes. */
export function addReceiving(
  peer: RTCPeerConnection,
  slots: { video: number; audio: number },
  onTrack: () => void,
): void {
  for (const kind of ["video", "audio"] as const) {
    for (let slot = 0; slot < slots[kind]; slot++) peer.addTransceiver(kind, { direction: "recvonly" });
  }
  peer.addEventListener("track", (event) => {
    playAtOnce(event.receiver);
    onTrack();
  });
}

/** The slots of a connection whose sections were agreed on, in their order; empty before. */
export function slotsOf(peer: RTCPeerConnection): { mid: string; track: MediaStreamTrack }[] {
  return peer
    .getTransceivers()
    .flatMap(({ mid, receiver }) => (mid === null ? [] : [{ mid, track: receiver.track }]));
}

/**
 * Asks for the smallest jitter buffer. 0 is a floor, not an order: the browser still grows the buffer as far as the
 * network's measured jitter and the retransmissions it waits for need, and only adds no margin on top, which would be
 * latency nobody asked for. Audio and video get the same, or lip sync would hold one back for the other.
 */
function playAtOnce(
  receiver: RTCRtpReceiver & { jitterBufferTarget?: number | null; playoutDelayHint?: number },
): void {
  if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
  else if ("playoutDelayHint" in receiver) (receiver as { playoutDelayHint?: number }).playoutDelayHint = 0;
}
