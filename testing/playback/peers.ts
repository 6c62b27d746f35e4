/** Keeps connections of the page within reach, whoever makes them. */
export function rememberPeers(): { newest(): RTCPeerConnection | undefined } {
  let newest: RTCPeerConnection | undefined;
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      newest = this;
    }
  };
  return { newest: () => newest };
}
