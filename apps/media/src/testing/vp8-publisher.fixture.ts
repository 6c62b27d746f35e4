import { parseRtp, rtpPayload } from "@sameroom/protocol";
import { MediaStreamTrack, type RTCPeerConnection, RtpHeader, RtpPacket } from "werift";
import { encodeToRtp } from "../../../../testing/ffmpeg/encode.ts";
import { connectPeer, createPeer } from "./test-peer.fixture.ts";
import type { TestStage } from "./test-room.fixture.ts";

const TICK_MS = 5;
const FRAMES_PER_SECOND = 30;
const LOOP_SECONDS = 3;

/** A loop of three seconds with a keyframe a second: what FFmpeg's encoders and packetizers made of a test picture and a tone. */
export interface Vp8Media {
  /** RTP payloads of each picture. */
  pictures: Uint8Array[][];
  packets: Uint8Array[];
}

/** `size`: `320x180`. */
export async function encodeVp8(size: string): Promise<Vp8Media> {
  const [video, audio] = await Promise.all([
    encodeToRtp("vp8", LOOP_SECONDS * FRAMES_PER_SECOND, size),
    encodeToRtp("opus", LOOP_SECONDS * 50),
  ]);
  const pictures: Uint8Array[][] = [[]];
  for (const packet of video) {
    const header = parseRtp(packet)!;
    pictures.at(-1)!.push(rtpPayload(packet, header));
    if (header.marker) pictures.push([]);
  }
  pictures.pop();
  return { pictures, packets: audio.map((packet) => rtpPayload(packet, parseRtp(packet)!)) };
}

/** A werift peer that publishes VP8 and Opus that decode, in step with the clock; asked for a keyframe, it goes on with its next one. */
export class Vp8Publisher {
  readonly #media: Vp8Media;
  readonly #peer: RTCPeerConnection;
  readonly #video = new MediaStreamTrack({ kind: "video" });
  readonly #audio = new MediaStreamTrack({ kind: "audio" });
  #timer: NodeJS.Timeout | undefined;
  #startedMs = 0;
  #frames = 0;
  #packets = 0;
  /** In the loop. */
  #place = 0;
  #sequences = { video: 0, audio: 0 };

  constructor(media: Vp8Media) {
    this.#media = media;
    this.#peer = createPeer({ video: ["vp8"] });
    const { sender } = this.#peer.addTransceiver(this.#video, { direction: "sendonly" });
    this.#peer.addTransceiver(this.#audio, { direction: "sendonly" });
    sender.onPictureLossIndication.subscribe(() => {
      this.#place = Math.ceil(this.#place / FRAMES_PER_SECOND) * FRAMES_PER_SECOND;
    });
  }

  async connect(stage: TestStage): Promise<this> {
    const token = await stage.hostToken();
    await connectPeer(this.#peer, `${stage.worker.url}/whip/${stage.room}`, { token });
    this.#startedMs = performance.now();
    this.#timer = setInterval(() => this.#send(performance.now() - this.#startedMs), TICK_MS);
    return this;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#peer.close();
  }

  /** All that is due by now. */
  #send(elapsedMs: number): void {
    const { pictures, packets } = this.#media;
    for (; (this.#frames * 1000) / FRAMES_PER_SECOND <= elapsedMs; this.#frames += 1) {
      const payloads = pictures[this.#place++ % pictures.length]!;
      const timestamp = this.#frames * (90_000 / FRAMES_PER_SECOND);
      for (const [index, payload] of payloads.entries())
        this.#write("video", { timestamp, marker: index === payloads.length - 1, payload });
    }
    for (; this.#packets * 20 <= elapsedMs; this.#packets += 1) {
      const payload = packets[this.#packets % packets.length]!;
      this.#write("audio", { timestamp: this.#packets * 960, marker: false, payload });
    }
  }

  #write(kind: "video" | "audio", packet: { timestamp: number; marker: boolean; payload: Uint8Array }): void {
    const { payload, ...header } = packet;
    const sequenceNumber = this.#sequences[kind]++ & 0xffff;
    const written = new RtpHeader({ ...header, sequenceNumber, payloadType: 96, ssrc: 1 });
    const track = kind === "video" ? this.#video : this.#audio;
    track.writeRtp(new RtpPacket(written, Buffer.from(payload)));
  }
}
