import { serializeRtp } from "@sameroom/protocol";
import { FRAMES_PER_SECOND, VideoFrames, type VideoLayer } from "./video-layer.ts";

/** What one publisher sends. */
export interface TrafficOptions {
  /** Encodings of the picture, sent at the same moments; one is usual. */
  layers: readonly VideoLayer[];
  audioSsrc: number;
  audioPayloadType: number;
}

/** Packets that leave at once: a video frame, or one packet of audio. */
export interface Burst {
  /** `audio`, or the index of a layer. */
  stream: "audio" | number;
  atMs: number;
  packets: Uint8Array[];
}

/** The picture when there is one encoding, and the top one of several. */
export const TYPICAL_VIDEO = { width: 1280, height: 720, bitsPerSecond: 2_500_000 } as const;

const AUDIO_PACKETS_PER_SECOND = 50;
/** Opus at 40 kbit/s. */
const AUDIO_PAYLOAD_BYTES = 100;

/** Its sound. */
export const TYPICAL_AUDIO = {
  payloadBytes: AUDIO_PAYLOAD_BYTES,
  perSecond: AUDIO_PACKETS_PER_SECOND,
} as const;

/** H.264 at 30 frames a second, in one or more encodings, and Opus. Pure: time is an argument. */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #layers: VideoFrames[];
  readonly #sound = Uint8Array.from({ length: AUDIO_PAYLOAD_BYTES }, (_, index) => (index * 151) & 0xff);
  #frames = 0;
  #audioPackets = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#layers = options.layers.map((layer) => new VideoFrames(layer));
    this.#sound[0] = 0x78;
  }

  /** When the next frame is due. */
  get nextFrameMs(): number {
    return (this.#frames * 1000) / FRAMES_PER_SECOND;
  }

  /** What is due by `elapsedMs` and has not been returned yet, in order. */
  poll(elapsedMs: number): Burst[] {
    const due: Burst[] = [];
    while (this.nextFrameMs <= elapsedMs) {
      const atMs = this.nextFrameMs;
      for (const [stream, frames] of this.#layers.entries()) {
        due.push({ stream, atMs, packets: frames.next() });
      }
      this.#frames += 1;
    }
    for (;;) {
      const atMs = (this.#audioPackets * 1000) / AUDIO_PACKETS_PER_SECOND;
      if (atMs > elapsedMs) break;
      due.push({ stream: "audio", atMs, packets: [this.#audio()] });
      this.#audioPackets += 1;
    }
    return due.sort((left, right) => left.atMs - right.atMs);
  }

  #audio(): Uint8Array {
    const sequenceNumber = (1000 + this.#audioPackets) & 0xffff;
    const timestamp = (this.#audioPackets * (48_000 / AUDIO_PACKETS_PER_SECOND)) >>> 0;
    const { audioSsrc: ssrc, audioPayloadType: payloadType } = this.#options;
    return serializeRtp({ ssrc, payloadType, sequenceNumber, timestamp, payload: this.#sound });
  }
}
