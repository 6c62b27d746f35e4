import type { SentPackets, Wire } from "@sameroom/native";
import type { LoadClientId } from "@sameroom/native/load";
import {
  createTransportFeedback,
  findExtension,
  parseRtcp,
  parseRtp,
  serializeRtcp,
  serializeRtp,
  type TransportArrival,
} from "@sameroom/protocol";
import { EXTENSIONS, LoadRoom, type OfferChoices, OPUS, VP8 } from "./load-peer.fixture.ts";
import type { TestStage } from "./test-room.fixture.ts";

export interface LayerShape {
  width: number;
  height: number;
  bps: number;
}

/** As a studio sends them, lowest first. */
export const LAYERS: Record<string, LayerShape> = {
  q: { width: 320, height: 180, bps: 150_000 },
  h: { width: 640, height: 360, bps: 500_000 },
  f: { width: 1280, height: 720, bps: 1_500_000 },
};

const FRAME_MS = 33;
const MAX_PAYLOAD = 1100;
/** Where the layer's number is in each payload, behind descriptor and frame header. */
const LAYER_AT = 16;
const utf8 = (text: string) => new TextEncoder().encode(text);

/** A publisher of VP8 in layers and Opus, whose layers a test can stop and start. */
export class SimulcastPublisher {
  /** Keyframe requests by layer. */
  readonly requests = new Map<string, number>();
  readonly sending: Set<string>;
  /** RFC 6464 level of the audio, 0 loud to 127 silent. */
  audioLevel = 40;
  url = "";
  readonly #room = new LoadRoom();
  readonly #layers: [string, LayerShape][];
  readonly #due = new Set<string>();
  readonly #sequences = new Map<string, number>();
  readonly #bySsrc: boolean;
  #client: LoadClientId = 0;
  #timer: NodeJS.Timeout | undefined;
  #frame = 0;

  constructor(layers: Record<string, LayerShape> = LAYERS, bySsrc = false) {
    this.#layers = Object.entries(layers);
    this.#bySsrc = bySsrc;
    this.sending = new Set(Object.keys(layers));
    for (const layer of this.sending) this.#due.add(layer);
  }

  async connect(stage: TestStage, token: string): Promise<this> {
    const names = this.#layers.map(([name]) => name);
    const choices: OfferChoices = { direction: "sendonly" };
    if (this.#bySsrc) choices.ssrcs = names.map((_, index) => 1000 + index);
    else if (names.length > 1) choices.rids = names;
    const endpoint = `${stage.worker.url}/whip/${stage.room}`;
    const { id, url } = await this.#room.connect(endpoint, token, choices, {
      onRtcp: (packet) => this.#handleRtcp(packet),
    });
    this.#client = id;
    this.url = url;
    this.#timer = setInterval(() => this.#sendFrame(), FRAME_MS);
    return this;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#room.close();
  }

  #handleRtcp(compound: Uint8Array): void {
    for (const packet of parseRtcp(compound) ?? []) {
      if (packet.type !== "pli") continue;
      const name = this.#layers[packet.mediaSsrc - 1000]?.[0];
      if (name === undefined) continue;
      this.#due.add(name);
      this.requests.set(name, (this.requests.get(name) ?? 0) + 1);
    }
  }

  #sendFrame(): void {
    this.#frame += 1;
    const packets = this.#layers.flatMap(([name, shape], index) => {
      if (!this.sending.has(name)) {
        this.#due.add(name);
        return [];
      }
      return this.#videoFrame(name, shape, index);
    });
    packets.push(
      serializeRtp({
        payloadType: OPUS.payloadType,
        ssrc: 2000,
        sequenceNumber: this.#next("audio"),
        timestamp: this.#frame * 1600,
        extensions: [
          { id: EXTENSIONS.mid, data: utf8("1") },
          { id: EXTENSIONS.audioLevel, data: Uint8Array.of(this.audioLevel) },
        ],
        payload: Uint8Array.of(0x78, this.#frame & 0xff, 1, 2, 3),
      }),
    );
    this.#room.load.sendRtp(this.#client, packets);
  }

  #videoFrame(name: string, { width, height, bps }: LayerShape, index: number): Uint8Array[] {
    const keyframe = this.#due.delete(name);
    const bytes = (bps / 8 / (1000 / FRAME_MS)) * (keyframe ? 2 : 1);
    const count = Math.ceil(bytes / MAX_PAYLOAD);
    return Array.from({ length: count }, (_, part) => {
      const payload = new Uint8Array(Math.max(32, Math.round(bytes / count)));
      // RFC 7741 section 4.2, RFC 6386 section 9.1.
      if (part === 0) {
        payload.set([0x10, keyframe ? 0x10 : 0x11, 0x02, 0x00]);
        if (keyframe)
          payload.set([0x9d, 0x01, 0x2a, width & 0xff, width >> 8, height & 0xff, height >> 8], 4);
      }
      payload[LAYER_AT] = index + 1;
      return serializeRtp({
        payloadType: VP8.payloadType,
        marker: part === count - 1,
        ssrc: 1000 + index,
        sequenceNumber: this.#next(name),
        timestamp: (this.#frame * 3000) >>> 0,
        extensions: [
          { id: EXTENSIONS.mid, data: utf8("0") },
          ...(this.#bySsrc ? [] : [{ id: EXTENSIONS.rid, data: utf8(name) }]),
        ],
        payload,
      });
    });
  }

  #next(name: string): number {
    const next = this.#sequences.get(name) ?? 100;
    this.#sequences.set(name, (next + 1) & 0xffff);
    return next;
  }
}

const FEEDBACK_MS = 50;
/** Longest queue of the modelled bottleneck; what comes then is lost. */
const MAX_QUEUE_MS = 400;

/** A viewer behind a modelled bottleneck: it reports what the network would have done to each packet. */
export class ModelledViewer {
  /** Layer of each video packet that came, from 1; by slot in the order of their first packets. */
  readonly layers: number[] = [];
  /** Payload types of audio packets. */
  readonly audio: number[] = [];
  /** Where these lie. */
  readonly sound: { sequenceNumber: number; timestamp: number }[] = [];
  readonly ssrcs = new Set<number>();
  /** Gaps in the sequence numbers of video. */
  gaps = 0;
  /** Bits per second that come through. */
  capacityBps = 20_000_000;
  /** Every so manieth packet is reported lost; 0: none. */
  loseEvery = 0;
  url = "";
  answer = "";
  readonly #room: LoadRoom;
  readonly #wire: Wire;
  /** Exact times of sending: a busy test machine is no bad network. */
  #sent: SentPackets | undefined;
  readonly #arrivals: TransportArrival[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  #client: LoadClientId = 0;
  #ready = 0;
  #unwrapped = -1;
  #lastReported = -1;
  #feedbackCount = 0;
  #lastVideo: number | undefined;
  #mediaSsrc = 1;
  #count = 0;

  private constructor(room: LoadRoom, wire: Wire) {
    this.#room = room;
    this.#wire = wire;
  }

  static async connect(
    stage: TestStage,
    room: LoadRoom,
    choices: Partial<OfferChoices> & { token?: string; paused?: boolean; company?: boolean } = {},
  ): Promise<ModelledViewer> {
    const { token = await stage.viewerToken(), paused = false, company = false, ...offer } = choices;
    const { node } = stage.worker.app;
    const viewer = new ModelledViewer(room, node.wire);
    const query = [...(paused ? ["paused=1"] : []), ...(company ? ["company=1"] : [])].join("&");
    const endpoint = `${stage.worker.url}/whep/${stage.room}?${query}`;
    const { id, url, answer } = await room.connect(
      endpoint,
      token,
      { direction: "recvonly", ...offer },
      { onRtp: (packet) => viewer.#receive(packet) },
    );
    viewer.#client = id;
    viewer.url = url;
    viewer.answer = answer;
    const { connection } = node.session(url.split("/").at(-1)!);
    viewer.#sent = node.wire.sentPackets(connection.peer);
    viewer.#timers.push(setInterval(() => viewer.#report(), FEEDBACK_MS));
    return viewer;
  }

  /** Layer of the newest video packet, from 1. */
  get layer(): number | undefined {
    return this.layers.at(-1);
  }

  send(packets: Parameters<typeof serializeRtcp>[0]): void {
    this.#room.load.sendRtcp(this.#client, serializeRtcp(packets));
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#room.load.closeClient(this.#client);
  }

  #receive(packet: Uint8Array): void {
    const header = parseRtp(packet);
    if (header === undefined) return;
    this.#model(packet.length, findExtension(header, EXTENSIONS.transportCc));
    if (header.payloadType === OPUS.payloadType || header.payloadType === OPUS.red) {
      this.audio.push(header.payloadType);
      this.sound.push({ sequenceNumber: header.sequenceNumber, timestamp: header.timestamp });
    } else if (header.payloadType === VP8.payloadType) {
      this.#mediaSsrc = header.ssrc;
      this.ssrcs.add(header.ssrc);
      const step = (header.sequenceNumber - (this.#lastVideo ?? header.sequenceNumber - 1)) & 0xffff;
      if (step !== 1) this.gaps += 1;
      this.#lastVideo = header.sequenceNumber;
      this.layers.push(packet[header.payloadOffset + LAYER_AT] ?? 0);
    }
  }

  /** When the packet would have come through, if at all. */
  #model(bytes: number, extension: Uint8Array | undefined): void {
    if (extension === undefined) return;
    const sequence = (extension[0]! << 8) | extension[1]!;
    const step = this.#unwrapped < 0 ? 0 : ((sequence - this.#unwrapped) << 16) >> 16;
    const unwrapped = this.#unwrapped < 0 ? sequence : this.#unwrapped + step;
    this.#unwrapped = Math.max(this.#unwrapped, unwrapped);
    this.#count += 1;
    const nowMicros = this.#sent?.find(sequence) === true ? this.#sent.sentMicros : this.#wire.nowMicros();
    if (this.#ready - nowMicros > MAX_QUEUE_MS * 1000) return;
    this.#ready = Math.max(this.#ready, nowMicros) + (bytes * 8e6) / this.capacityBps;
    if (this.loseEvery > 0 && this.#count % this.loseEvery === 0) return;
    this.#arrivals.push({ sequenceNumber: unwrapped, arrivalMicros: this.#ready });
  }

  #report(): void {
    const nowMicros = this.#wire.nowMicros();
    const ready = this.#arrivals.filter(({ arrivalMicros }) => arrivalMicros <= nowMicros);
    if (ready.length === 0) return;
    this.#arrivals.splice(0, ready.length);
    const feedbacks = createTransportFeedback(ready, {
      senderSsrc: 1,
      mediaSsrc: this.#mediaSsrc,
      feedbackCount: this.#feedbackCount,
      ...(this.#lastReported < 0 ? {} : { firstSequence: this.#lastReported + 1 }),
    });
    this.#feedbackCount += feedbacks.length;
    this.#lastReported = ready.at(-1)!.sequenceNumber;
    this.send(feedbacks);
  }
}
