import { randomBytes } from "node:crypto";
import { type Load, type LoadClientId, openLoad } from "@sameroom/native/load";
import { createBindingRequest } from "@sameroom/protocol";
import { eventually } from "./eventually.fixture.ts";

export const VP8 = { payloadType: 96, rtx: 97 } as const;
export const H264 = { payloadType: 106, rtx: 107 } as const;
export const OPUS = { payloadType: 111, red: 63 } as const;
export const EXTENSIONS = { audioLevel: 1, transportCc: 3, mid: 4, rid: 10 } as const;

export interface OfferChoices {
  direction: "sendonly" | "recvonly";
  /** Video sections; default 1. */
  video?: number;
  audio?: number;
  /** Default VP8. */
  codec?: "vp8" | "h264";
  /** RIDs of the first video section, as the publisher names them. */
  rids?: readonly string[];
  /** SSRCs of its layers instead, lowest first. */
  ssrcs?: readonly number[];
  /** Offer RED for audio; default false. */
  red?: boolean;
  /** Offer transport-wide feedback; default true. */
  transportCc?: boolean;
}

const TRANSPORT_CC_URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

function writeOffer(ufrag: string, fingerprint: string, choices: OfferChoices): string {
  const { direction, video = 1, audio = 1, codec = "vp8", red = false, transportCc = true } = choices;
  const { rids = [], ssrcs = [] } = choices;
  const mids = Array.from({ length: video + audio }, (_, index) => String(index));
  const { payloadType, rtx } = codec === "vp8" ? VP8 : H264;
  const common = (mid: string) => [
    "c=IN IP4 0.0.0.0",
    `a=ice-ufrag:${ufrag}`,
    "a=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaa",
    `a=fingerprint:sha-256 ${fingerprint}`,
    "a=setup:actpass",
    "a=rtcp-mux",
    `a=mid:${mid}`,
    `a=${direction}`,
    `a=extmap:${EXTENSIONS.mid} urn:ietf:params:rtp-hdrext:sdes:mid`,
    ...(transportCc ? [`a=extmap:${EXTENSIONS.transportCc} ${TRANSPORT_CC_URI}`] : []),
  ];
  const rtpmap =
    codec === "vp8"
      ? [`a=rtpmap:${payloadType} VP8/90000`]
      : [
          `a=rtpmap:${payloadType} H264/90000`,
          `a=fmtp:${payloadType} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f`,
        ];
  const videoSection = (mid: string, first: boolean) => [
    `m=video 9 UDP/TLS/RTP/SAVPF ${payloadType} ${rtx}`,
    ...common(mid),
    ...rtpmap,
    `a=rtcp-fb:${payloadType} nack`,
    `a=rtcp-fb:${payloadType} nack pli`,
    `a=rtcp-fb:${payloadType} transport-cc`,
    `a=rtpmap:${rtx} rtx/90000`,
    `a=fmtp:${rtx} apt=${payloadType}`,
    ...(first && rids.length > 0
      ? [
          `a=extmap:${EXTENSIONS.rid} urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id`,
          ...rids.map((rid) => `a=rid:${rid} send`),
          `a=simulcast:send ${rids.join(";")}`,
        ]
      : []),
    ...(first && ssrcs.length > 0
      ? [
          `a=ssrc-group:SIM ${ssrcs.join(" ")}`,
          ...ssrcs.flatMap((ssrc) => [`a=ssrc:${ssrc} cname:x`, `a=ssrc:${ssrc} msid:s v`]),
        ]
      : []),
  ];
  const audioSection = (mid: string) => [
    `m=audio 9 UDP/TLS/RTP/SAVPF ${OPUS.payloadType}${red ? ` ${OPUS.red}` : ""}`,
    ...common(mid),
    `a=extmap:${EXTENSIONS.audioLevel} urn:ietf:params:rtp-hdrext:ssrc-audio-level`,
    `a=rtpmap:${OPUS.payloadType} opus/48000/2`,
    `a=fmtp:${OPUS.payloadType} minptime=10;useinbandfec=1`,
    ...(red
      ? [`a=rtpmap:${OPUS.red} red/48000/2`, `a=fmtp:${OPUS.red} ${OPUS.payloadType}/${OPUS.payloadType}`]
      : []),
  ];
  const lines = [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    `a=group:BUNDLE ${mids.join(" ")}`,
    ...mids.flatMap((mid, index) => (index < video ? videoSection(mid, index === 0) : audioSection(mid))),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

type Handlers = { onRtp?(packet: Uint8Array): void; onRtcp?(packet: Uint8Array): void };

/** WebRTC peers of one load thread whose every packet a test can write and read. */
export class LoadRoom {
  readonly load: Load;
  readonly #handlers = new Map<LoadClientId, Handlers>();
  readonly #connected = new Set<LoadClientId>();
  readonly #checked = new Set<LoadClientId>();

  constructor() {
    this.load = openLoad({
      onDatagram: (id) => this.#checked.add(id),
      onDtls: ({ peer, state }) => {
        if (state === "connected") this.#connected.add(peer);
      },
      onRtp: (id, packet) => this.#handlers.get(id)?.onRtp?.(packet),
      onRtcp: (id, packet) => this.#handlers.get(id)?.onRtcp?.(packet),
    });
  }

  /** POSTs an offer and connects; the handlers then hear all that comes. */
  async connect(
    endpoint: string,
    token: string,
    choices: OfferChoices,
    handlers: Handlers = {},
  ): Promise<{ id: LoadClientId; url: string; answer: string }> {
    const ufrag = randomBytes(6).toString("hex");
    const response = await fetch(endpoint, {
      method: "POST",
      headers: { "content-type": "application/sdp", authorization: `Bearer ${token}` },
      body: writeOffer(ufrag, this.load.fingerprint, choices),
    });
    const answer = await response.text();
    if (response.status !== 201) throw new Error(`${response.status} ${answer}`);
    const find = (pattern: RegExp) => pattern.exec(answer)?.[1] ?? "";
    const { id } = this.load.addClient({
      remoteAddress: `127.0.0.1:${find(/^a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 (\d+)/im)}`,
      remoteFingerprint: find(/^a=fingerprint:sha-256 (\S+)/im),
    });
    const check = () =>
      this.load.sendDatagram(
        id,
        createBindingRequest({
          transactionId: Uint8Array.from(randomBytes(12)),
          localUfrag: ufrag,
          remoteUfrag: find(/^a=ice-ufrag:(\S+)/m),
          remotePassword: find(/^a=ice-pwd:(\S+)/m),
          useCandidate: true,
        }),
      );
    check();
    await eventually("an ICE check", () => this.#checked.has(id));
    this.#handlers.set(id, handlers);
    this.load.setCapture(id, true);
    this.load.connect(id);
    await eventually("DTLS", () => this.#connected.has(id));
    return { id, url: new URL(response.headers.get("location")!, endpoint).href, answer };
  }

  close(): void {
    this.load.close();
  }
}
