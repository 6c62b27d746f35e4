import type { LoadClientId } from "@sameroom/native/load";
import { ntpFromUnixMicros, parseRtcp, serializeRtcp, serializeRtp } from "@sameroom/protocol";
import { EXTENSIONS, H264, LoadRoom, type OfferChoices, OPUS } from "./load-peer.fixture.ts";
import type { RealMedia } from "./real-encoding.fixture.ts";
import type { TestStage } from "./test-room.fixture.ts";

const MAX_PAYLOAD = 1100;
const VIDEO_SSRC = 1000;
const AUDIO_SSRC = 2000;
const REPORT_INTERVAL_MS = 500;
const TICK_MS = 5;
const utf8 = (text: string) => new TextEncoder().encode(text);

/** A host whose camera and microphone a real encoder stands for: H.264 in layers and Opus, in step with the clock. */
export class RealPublisher {
  /** Layers that are sent; those that are not can come back. */
  readonly sending: Set<string>;
  /** Keyframe requests by layer. */
  readonly requests = new Map<string, number>();
  /** false: keyframes come when they like, whoever asks. */
  answersRequests = true;
  /** Keyframes sent. */
  keyframes = 0;
  url = "";
  readonly #media: RealMedia;
  readonly #names: string[];
  readonly #room = new LoadRoom();
  readonly #sequences = new Map<string, number>();
  readonly #waiting = new Set<string>();
  #client: LoadClientId = 0;
  #timer: NodeJS.Timeout | undefined;
  #startedMs = 0;
  #reportedMs = 0;
  #frames = 0;
  #packets = 0;
  /** Place in the loop of pictures: a keyframe request moves it to the next keyframe. */
  #place = 0;

  constructor(media: RealMedia) {
    this.#media = media;
    this.#names = Object.keys(media.video);
    this.sending = new Set(this.#names);
  }

  async connect(stage: TestStage, token: string): Promise<this> {
    const choices: OfferChoices = { direction: "sendonly", codec: "h264" };
    if (this.#names.length > 1) choices.rids = this.#names;
    const { id, url } = await this.#room.connect(`${stage.worker.url}/whip/${stage.room}`, token, choices, {
      onRtcp: (packet) => this.#handleRtcp(packet),
    });
    this.#client = id;
    this.url = url;
    this.#startedMs = Date.now();
    this.#timer = setInterval(() => this.#send(), TICK_MS);
    return this;
  }

  /** Stops without a word, as a host whose network is gone. */
  close(): void {
    clearInterval(this.#timer);
    this.#room.close();
  }

  #handleRtcp(compound: Uint8Array): void {
    for (const packet of parseRtcp(compound) ?? []) {
      if (packet.type !== "pli") continue;
      const name = this.#names[packet.mediaSsrc - VIDEO_SSRC];
      if (name === undefined) continue;
      this.requests.set(name, (this.requests.get(name) ?? 0) + 1);
      if (this.answersRequests) this.#place = Math.ceil(this.#place / this.#media.gop) * this.#media.gop;
    }
  }

  /** All that is due by now. */
  #send(): void {
    const { framesPerSecond } = this.#media;
    const elapsedMs = Date.now() - this.#startedMs;
    while ((this.#frames * 1000) / framesPerSecond <= elapsedMs) {
      this.#sendPicture(this.#frames);
      this.#frames += 1;
    }
    while (this.#packets * 20 <= elapsedMs) {
      this.#sendSound(this.#packets);
      this.#packets += 1;
    }
    if (Date.now() - this.#reportedMs < REPORT_INTERVAL_MS) return;
    this.#reportedMs = Date.now();
    for (const [index] of this.#names.entries()) this.#report(VIDEO_SSRC + index, 90_000);
    this.#report(AUDIO_SSRC, 48_000);
  }

  #report(ssrc: number, clockRate: number): void {
    const nowMs = Date.now();
    const report = {
      type: "sr" as const,
      ssrc,
      ...ntpFromUnixMicros(nowMs * 1000),
      rtpTimestamp: Math.round(((nowMs - this.#startedMs) * clockRate) / 1000) >>> 0,
      packetCount: 0,
      octetCount: 0,
      reports: [],
    };
    this.#room.load.sendRtcp(this.#client, serializeRtcp([report]));
  }

  #sendPicture(frame: number): void {
    const { video, gop, framesPerSecond } = this.#media;
    const timestamp = Math.round((frame * 90_000) / framesPerSecond) >>> 0;
    const isKeyframe = this.#place % gop === 0;
    if (isKeyframe) this.keyframes += 1;
    for (const [index, name] of this.#names.entries()) {
      const pictures = video[name]!;
      const picture = pictures[this.#place % pictures.length]!;
      if (!this.sending.has(name)) this.#waiting.add(name);
      else if (isKeyframe) this.#waiting.delete(name);
      if (this.#waiting.has(name)) continue;
      const payloads = packetize(picture);
      const packets = payloads.map((payload, at) =>
        serializeRtp({
          payloadType: H264.payloadType,
          marker: at === payloads.length - 1,
          ssrc: VIDEO_SSRC + index,
          sequenceNumber: this.#next(name),
          timestamp,
          extensions: [
            { id: EXTENSIONS.mid, data: utf8("0") },
            ...(this.#names.length > 1 ? [{ id: EXTENSIONS.rid, data: utf8(name) }] : []),
          ],
          payload,
        }),
      );
      this.#room.load.sendRtp(this.#client, packets);
    }
    this.#place += 1;
  }

  #sendSound(index: number): void {
    const { audio } = this.#media;
    const packet = serializeRtp({
      payloadType: OPUS.payloadType,
      ssrc: AUDIO_SSRC,
      sequenceNumber: this.#next("audio"),
      timestamp: (index * 960) >>> 0,
      extensions: [{ id: EXTENSIONS.mid, data: utf8("1") }],
      payload: audio[index % audio.length]!,
    });
    this.#room.load.sendRtp(this.#client, [packet]);
  }

  #next(name: string): number {
    const next = this.#sequences.get(name) ?? 100;
    this.#sequences.set(name, (next + 1) & 0xffff);
    return next;
  }
}

/** One Annex B picture as RTP payloads: single NAL units and FU-A (RFC 6184). */
function packetize(picture: Uint8Array): Uint8Array[] {
  return splitNalUnits(picture).flatMap((nal) => {
    if (nal.length <= MAX_PAYLOAD) return [nal];
    const [header, payloads] = [nal[0]!, [] as Uint8Array[]];
    for (let at = 1; at < nal.length; at += MAX_PAYLOAD) {
      const piece = nal.subarray(at, at + MAX_PAYLOAD);
      const first = at === 1 ? 0x80 : 0;
      const last = at + MAX_PAYLOAD >= nal.length ? 0x40 : 0;
      payloads.push(Uint8Array.of((header & 0xe0) | 28, first | last | (header & 0x1f), ...piece));
    }
    return payloads;
  });
}

function splitNalUnits(annexB: Uint8Array): Uint8Array[] {
  const starts: number[] = [];
  for (let at = 0; at + 3 <= annexB.length; at++)
    if (annexB[at] === 0 && annexB[at + 1] === 0 && annexB[at + 2] === 1) starts.push(at + 3);
  return starts.map((start, index) => {
    const next = starts[index + 1];
    let end = next === undefined ? annexB.length : next - 3;
    while (end > start && annexB[end - 1] === 0) end -= 1;
    return annexB.subarray(start, end);
  });
}
