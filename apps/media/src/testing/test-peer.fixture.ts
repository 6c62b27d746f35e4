import {
  MediaStreamTrack,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  RTCRtpHeaderExtensionParameters,
  RtpHeader,
  RtpPacket,
  useH264,
  useOPUS,
  useVP8,
} from "werift";
import { localStunServer } from "./stun-server.fixture.ts";

const STUN_SERVER = await localStunServer();

/** How a peer reaches the worker: candidates of the answer are moved to this port when given. */
export interface PeerPath {
  port: number;
}

type OfferedCodec = "h264" | "vp8" | "av1";

export interface PeerOptions {
  token: string;
  path?: PeerPath | undefined;
  /** Video codecs offered, in order; default H.264, VP8. */
  video?: OfferedCodec[];
  /** Offer RTX; default true. */
  rtx?: boolean;
}

/** The whole handshake, beside other tests on a busy machine, ms. */
const CONNECT_LIMIT_MS = 60_000;

const FEEDBACK = [
  { type: "ccm", parameter: "fir" },
  { type: "nack" },
  { type: "nack", parameter: "pli" },
  { type: "transport-cc" },
];

const EXTENSIONS = {
  mid: "urn:ietf:params:rtp-hdrext:sdes:mid",
  transportCc: "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
};

const CODECS: Record<OfferedCodec, () => RTCRtpCodecParameters> = {
  h264: () => useH264({ rtcpFeedback: FEEDBACK }),
  vp8: () => useVP8({ rtcpFeedback: FEEDBACK }),
  av1: () => new RTCRtpCodecParameters({ mimeType: "video/AV1", clockRate: 90_000, rtcpFeedback: FEEDBACK }),
};

export function createPeer(options: Pick<PeerOptions, "video" | "rtx"> = {}): RTCPeerConnection {
  const video = (options.video ?? ["h264", "vp8"]).flatMap((name) => {
    const codec = CODECS[name]();
    return options.rtx === false
      ? [codec]
      : [codec, new RTCRtpCodecParameters({ mimeType: "video/rtx", clockRate: 90_000 })];
  });
  const extensions = Object.values(EXTENSIONS).map((uri) => new RTCRtpHeaderExtensionParameters({ uri }));
  return new RTCPeerConnection({
    codecs: { audio: [useOPUS()], video },
    headerExtensions: { audio: extensions, video: extensions },
    iceServers: [{ urls: STUN_SERVER }],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ["127.0.0.1"],
    iceFilterCandidatePair: (pair) => pair.localCandidate.host === "127.0.0.1",
  });
}

export interface Resource {
  url: string;
  etag: string;
  answer: string;
}

/** POSTs the peer's offer and applies the answer; resolves when connected. */
export async function connectPeer(
  peer: RTCPeerConnection,
  endpoint: string,
  options: PeerOptions,
): Promise<Resource> {
  await peer.setLocalDescription(await peer.createOffer());
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/sdp", authorization: `Bearer ${options.token}` },
    body: peer.localDescription!.sdp,
  });
  const answer = await response.text();
  if (response.status !== 201) throw new Error(`${response.status} ${answer}`);
  const { path } = options;
  const sdp =
    path === undefined ? answer : answer.replace(/ 127\.0\.0\.1 \d+ typ/g, ` 127.0.0.1 ${path.port} typ`);
  await peer.setRemoteDescription({ type: "answer", sdp });
  if (peer.connectionState !== "connected") {
    await peer.connectionStateChange
      .watch((state) => state === "connected", CONNECT_LIMIT_MS)
      .catch(() => {
        const dtls = peer.dtlsTransports.map(({ state }) => state).join(" ");
        throw new Error(`not connected in time: ICE ${peer.iceConnectionState}, DTLS ${dtls}`);
      });
  }
  const url = new URL(response.headers.get("location")!, endpoint).href;
  return { url, etag: response.headers.get("etag")!, answer };
}

const FRAME_MS = 33;
const PACKETS_PER_FRAME = 3;

/** A werift peer that publishes synthetic VP8 or H.264 and Opus at about 30 frames a second. */
export class TestPublisher {
  readonly peer: RTCPeerConnection;
  readonly video = new MediaStreamTrack({ kind: "video" });
  readonly audio = new MediaStreamTrack({ kind: "audio" });
  resource: Resource | undefined;
  /** Keyframe requests that came. */
  keyframeRequests = 0;
  nacks = 0;
  frames = 0;
  keyframes = 0;
  readonly #codec: "h264" | "vp8";
  #timer: NodeJS.Timeout | undefined;
  #keyframeDue = true;
  #videoSequence = 1000;
  #audioSequence = 7;

  constructor(options: Pick<PeerOptions, "video" | "rtx"> = {}) {
    this.#codec = options.video?.[0] === "vp8" ? "vp8" : "h264";
    this.peer = createPeer(options);
    const videoSender = this.peer.addTransceiver(this.video, { direction: "sendonly" }).sender;
    this.peer.addTransceiver(this.audio, { direction: "sendonly" });
    videoSender.onPictureLossIndication.subscribe(() => {
      this.keyframeRequests += 1;
      this.#keyframeDue = true;
    });
    videoSender.onGenericNack.subscribe(() => {
      this.nacks += 1;
    });
  }

  async connect(baseUrl: string, room: string, options: PeerOptions): Promise<this> {
    this.resource = await connectPeer(this.peer, `${baseUrl}/whip/${room}`, options);
    return this;
  }

  /** Starts sending; a keyframe only first and when asked for. */
  start(): this {
    this.#timer = setInterval(() => this.#sendFrame(), FRAME_MS);
    return this;
  }

  pause(): void {
    clearInterval(this.#timer);
  }

  async close(): Promise<void> {
    this.pause();
    await this.peer.close();
  }

  #sendFrame(): void {
    const keyframe = this.#keyframeDue;
    this.#keyframeDue = false;
    this.frames += 1;
    if (keyframe) this.keyframes += 1;
    for (let index = 0; index < PACKETS_PER_FRAME; index++) {
      const last = index === PACKETS_PER_FRAME - 1;
      this.#write(this.video, {
        sequenceNumber: this.#videoSequence++ & 0xffff,
        timestamp: (this.frames * 3000) >>> 0,
        marker: last,
        payload: videoPayload(this.#codec, { keyframe, index, last, frame: this.frames }),
      });
    }
    this.#write(this.audio, {
      sequenceNumber: this.#audioSequence++ & 0xffff,
      timestamp: (this.frames * 1600) >>> 0,
      marker: false,
      payload: Buffer.from([0x78, this.frames & 0xff, 1, 2, 3]),
    });
  }

  #write(
    track: MediaStreamTrack,
    packet: { sequenceNumber: number; timestamp: number; marker: boolean; payload: Buffer },
  ): void {
    const { payload, ...header } = packet;
    track.writeRtp(new RtpPacket(new RtpHeader({ ...header, payloadType: 96, ssrc: 1 }), payload));
  }
}

/** The frame's number is in the payload, so that a viewer can tell which frames it has. */
function videoPayload(
  codec: "h264" | "vp8",
  part: { keyframe: boolean; index: number; last: boolean; frame: number },
): Buffer {
  const { keyframe, index, last, frame } = part;
  const body = Buffer.alloc(400 + index * 3, index);
  body.writeUInt32BE(frame, 20);
  if (codec === "vp8") {
    // RFC 7741: descriptor (S bit on the first packet), then the frame header (P bit clear on keyframes).
    const head = index === 0 ? [0x10, keyframe ? 0x10 : 0x11, 0x02, 0x00, 0x9d, 0x01, 0x2a] : [0x00];
    return Buffer.concat([Buffer.from(head), body]);
  }
  // RFC 6184: SPS and PPS in a STAP-A with the first packet of a keyframe, then FU-A.
  if (index === 0 && keyframe) {
    return Buffer.concat([
      Buffer.from([0x78, 0, 5, 0x67, 0x42, 0xe0, 0x1f, 0x8c, 0, 4, 0x68, 0xce, 0x3c, 0x80]),
      body.subarray(0, 0),
    ]);
  }
  const start = index === (keyframe ? 1 : 0) ? 0x80 : 0;
  const nal = keyframe ? 5 : 1;
  return Buffer.concat([Buffer.from([0x7c, start | (last ? 0x40 : 0) | nal]), body]);
}

export interface ReceivedPacket {
  sequenceNumber: number;
  timestamp: number;
  payloadType: number;
  ssrc: number;
  marker: boolean;
  payload: Buffer;
  atMs: number;
}

/** A werift peer that watches: every packet it gets, by kind. */
export class TestViewer {
  readonly peer: RTCPeerConnection;
  readonly video: ReceivedPacket[] = [];
  readonly audio: ReceivedPacket[] = [];
  resource: Resource | undefined;

  constructor(
    options: Pick<PeerOptions, "video" | "rtx"> & { slots?: { video: number; audio: number } } = {},
  ) {
    this.peer = createPeer(options);
    const slots = options.slots ?? { video: 1, audio: 1 };
    for (let slot = 0; slot < slots.video; slot++) this.#receive("video");
    for (let slot = 0; slot < slots.audio; slot++) this.#receive("audio");
  }

  async connect(baseUrl: string, room: string, options: PeerOptions & { paused?: boolean }): Promise<this> {
    const endpoint = `${baseUrl}/whep/${room}${options.paused === true ? "?paused=1" : ""}`;
    this.resource = await connectPeer(this.peer, endpoint, options);
    return this;
  }

  /** Sequence numbers seen on the video slot, unwrapped from the first one, sorted, without duplicates. */
  videoSequences(): number[] {
    const first = this.video[0]?.sequenceNumber ?? 0;
    const all = this.video.map(({ sequenceNumber }) => ((sequenceNumber - first) << 16) >> 16);
    return [...new Set(all)].sort((left, right) => left - right);
  }

  requestKeyframe(): void {
    const receiver = this.peer.getTransceivers().find(({ kind }) => kind === "video")!.receiver;
    void receiver.sendRtcpPLI(this.video[0]?.ssrc ?? receiver.track.ssrc ?? 0);
  }

  async close(): Promise<void> {
    await this.peer.close();
  }

  #receive(kind: "audio" | "video"): void {
    const transceiver = this.peer.addTransceiver(kind, { direction: "recvonly" });
    transceiver.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe(({ header, payload }) => {
        const { sequenceNumber, timestamp, payloadType, ssrc, marker } = header;
        this[kind].push({
          sequenceNumber,
          timestamp,
          payloadType,
          ssrc,
          marker,
          payload,
          atMs: performance.now(),
        });
      });
    });
  }
}
