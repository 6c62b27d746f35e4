import { type MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, type RtpPacket } from "werift";
import { localStunServer } from "./stun-server.ts";

/** Constrained baseline, as `isKeyframeStart("h264", ..)` and every browser know it. */
const H264 = new RTCRtpCodecParameters({
  mimeType: "video/H264",
  clockRate: 90_000,
  parameters: "profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1",
});
const OPUS = new RTCRtpCodecParameters({ mimeType: "audio/opus", clockRate: 48_000, channels: 2 });

/** An offer of H.264 and Opus by somebody who is not a browser. */
export async function weriftOffer(
  direction: "recvonly" | "sendonly",
): Promise<{ peer: RTCPeerConnection; sdp: string; tracks: (listener: OnTrack) => void }> {
  const peer = new RTCPeerConnection({
    bundlePolicy: "max-bundle",
    iceServers: [{ urls: await localStunServer() }],
    iceUseIpv6: false,
    codecs: { audio: [OPUS], video: [H264] },
  });
  const transceivers = (["video", "audio"] as const).map((kind) => ({
    kind,
    transceiver: peer.addTransceiver(kind, { direction }),
  }));
  await peer.setLocalDescription(await peer.createOffer());
  return {
    peer,
    sdp: peer.localDescription!.sdp,
    tracks: (listener) => {
      for (const { kind, transceiver } of transceivers)
        transceiver.onTrack.subscribe((track) => listener(kind, track));
    },
  };
}
type OnTrack = (kind: "audio" | "video", track: MediaStreamTrack) => void;

/** A WHEP viewer that is not a browser and keeps every packet it gets. */
export class WeriftViewer {
  readonly packets: Readonly<Record<"audio" | "video", RtpPacket[]>> = { audio: [], video: [] };
  readonly #peer: RTCPeerConnection;
  readonly #session: string;
  readonly #token: string;

  static async watch(mediaUrl: string, room: string, token: string): Promise<WeriftViewer> {
    const { peer, sdp, tracks } = await weriftOffer("recvonly");
    const response = await fetch(`${mediaUrl}/whep/${room}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/sdp" },
      body: sdp,
    });
    const answer = await response.text();
    if (response.status !== 201) throw new Error(`not let in: ${response.status} ${answer}`);
    const session = new URL(response.headers.get("location")!, mediaUrl).href;
    const viewer = new WeriftViewer(peer, session, token);
    tracks((kind, track) => {
      track.onReceiveRtp.subscribe((packet) => void viewer.packets[kind].push(packet));
    });
    await peer.setRemoteDescription({ type: "answer", sdp: answer });
    return viewer;
  }

  private constructor(peer: RTCPeerConnection, session: string, token: string) {
    this.#peer = peer;
    this.#session = session;
    this.#token = token;
  }

  /** Leaves as the standard says; resolves with the answer's status. */
  async leave(): Promise<number> {
    const { status } = await fetch(this.#session, {
      method: "DELETE",
      headers: { authorization: `Bearer ${this.#token}` },
    });
    await this.#peer.close();
    return status;
  }
}
