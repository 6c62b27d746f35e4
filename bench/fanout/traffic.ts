import { serializeRtp } from "@sameroom/protocol";

/** What one publisher sends. */
export interface TrafficOptions {
  videoSsrc: number;
  videoPayloadType: number;
  audioSsrc: number;
  audioPayloadType: number;
}

/** Packets that leave at once: a video frame, or one packet of audio. */
export interface Burst {
  kind: "video" | "audio";
  atMs: number;
  packets: Uint8Array[];
}

const VIDEO_BITS_PER_SECOND = 2_500_000;
const FRAMES_PER_SECOND = 30;
const FRAMES_PER_KEYFRAME = 60;
/** A keyframe has this many times the bytes of other frames. */
const KEYFRAME_FACTOR = 5;
const MAX_FRAGMENT_BYTES = 1188;
const AUDIO_PACKETS_PER_SECOND = 50;
/** Opus at 40 kbit/s. */
const AUDIO_PAYLOAD_BYTES = 100;

const BYTES_PER_GROUP = (VIDEO_BITS_PER_SECOND / 8) * (FRAMES_PER_KEYFRAME / FRAMES_PER_SECOND);
const FRAME_BYTES = Math.round(BYTES_PER_GROUP / (FRAMES_PER_KEYFRAME - 1 + KEYFRAME_FACTOR));

/** Sizes that sum up to `bytes`, each at most `most`, as even as can be: an encoder's packets differ by a byte. */
export function splitEvenly(bytes: number, most: number): number[] {
  const count = Math.ceil(bytes / most);
  const small = Math.floor(bytes / count);
  const bigger = bytes - small * count;
  return Array.from({ length: count }, (_, index) => small + (index < bigger ? 1 : 0));
}

/** The frame between keyframes that most of the traffic consists of. */
export const TYPICAL_FRAME = {
  packets: splitEvenly(FRAME_BYTES, MAX_FRAGMENT_BYTES).length,
  /** RTP payload of each packet: fragment and its two-byte header. */
  payloadBytes: (splitEvenly(FRAME_BYTES, MAX_FRAGMENT_BYTES)[0] ?? 0) + 2,
  perSecond: FRAMES_PER_SECOND,
} as const;

/** Its sound. */
export const TYPICAL_AUDIO = {
  payloadBytes: AUDIO_PAYLOAD_BYTES,
  perSecond: AUDIO_PACKETS_PER_SECOND,
} as const;

/**
 * 2.5 Mbit/s H.264 at 30 frames a second, a keyframe every two, and Opus: as an encoder cuts it, without a picture.
 * Pure: time is an argument.
 */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #body = Uint8Array.from({ length: MAX_FRAGMENT_BYTES }, (_, index) => (index * 151) & 0xff);
  #frames = 0;
  #audioPackets = 0;
  #videoSequence = 1000;
  #audioSequence = 1000;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** When the next frame is due. */
  get nextFrameMs(): number {
    return (this.#frames * 1000) / FRAMES_PER_SECOND;
  }

  /** What is due by `elapsedMs` and has not been returned yet, in order. */
  poll(elapsedMs: number): Burst[] {
    const due: Burst[] = [];
    while (this.nextFrameMs <= elapsedMs) {
      due.push({ kind: "video", atMs: this.nextFrameMs, packets: this.#frame() });
      this.#frames += 1;
    }
    for (;;) {
      const atMs = (this.#audioPackets * 1000) / AUDIO_PACKETS_PER_SECOND;
      if (atMs > elapsedMs) break;
      due.push({ kind: "audio", atMs, packets: [this.#audio()] });
      this.#audioPackets += 1;
    }
    return due.sort((left, right) => left.atMs - right.atMs);
  }

  #frame(): Uint8Array[] {
    const isKeyframe = this.#frames % FRAMES_PER_KEYFRAME === 0;
    const bytes = isKeyframe ? FRAME_BYTES * KEYFRAME_FACTOR : FRAME_BYTES;
    const fragments = splitEvenly(bytes, MAX_FRAGMENT_BYTES);
    const packets = isKeyframe ? [this.#video(PARAMETER_SETS, false)] : [];
    for (const [index, size] of fragments.entries()) {
      const [first, last] = [index === 0, index === fragments.length - 1];
      const payload = new Uint8Array(size + 2);
      // FU-A (RFC 6184 section 5.8) of an IDR slice or another one.
      payload[0] = isKeyframe ? 0x7c : 0x5c;
      payload[1] = (first ? 0x80 : 0) | (last ? 0x40 : 0) | (isKeyframe ? 5 : 1);
      payload.set(this.#body.subarray(0, size), 2);
      packets.push(this.#video(payload, last));
    }
    return packets;
  }

  #video(payload: Uint8Array, marker: boolean): Uint8Array {
    const sequenceNumber = this.#videoSequence++ & 0xffff;
    const timestamp = (this.#frames * (90_000 / FRAMES_PER_SECOND)) >>> 0;
    const { videoSsrc: ssrc, videoPayloadType: payloadType } = this.#options;
    return serializeRtp({ ssrc, payloadType, sequenceNumber, timestamp, marker, payload });
  }

  #audio(): Uint8Array {
    const sequenceNumber = this.#audioSequence++ & 0xffff;
    const timestamp = (this.#audioPackets * (48_000 / AUDIO_PACKETS_PER_SECOND)) >>> 0;
    const { audioSsrc: ssrc, audioPayloadType: payloadType } = this.#options;
    const payload = this.#body.slice(0, AUDIO_PAYLOAD_BYTES);
    payload[0] = 0x78;
    return serializeRtp({ ssrc, payloadType, sequenceNumber, timestamp, payload });
  }
}

/** STAP-A (RFC 6184 section 5.7.1) of an SPS (constrained baseline, level 3.1) and a PPS. */
const PARAMETER_SETS = Uint8Array.from([
  0x78, 0, 9, 0x67, 0x42, 0xe0, 0x1f, 0x8c, 0x8d, 0x40, 0x50, 0x1e, 0, 4, 0x68, 0xce, 0x3c, 0x80,
]);
