import {
  type AccessUnit,
  type CodecName,
  createDepacketizer,
  type Depacketizer,
  parseRtp,
  type RtpFrame,
  rtpPayload,
  type UnitFormat,
} from "@sameroom/protocol";
import { CaptureClock, type ClockMap } from "./capture-clock.ts";
import { type BufferedPacket, JitterBuffer } from "./jitter-buffer.ts";
import { opusSilence } from "./opus-silence.ts";
import { type SoundPacket, SoundTrack } from "./sound-track.ts";
import { StandingTimestamps } from "./standing-timestamps.ts";

export interface UnitStreamOptions {
  codec: CodecName;
  /** Ticks of the timestamp a second. */
  clockRate: number;
  kind: "audio" | "video";
  /** How long a missing packet is waited for, ms; default 250: a retransmission or two. */
  latencyMs?: number;
  /** Sound that does not come for so long becomes silence, ms; default 500. */
  restMs?: number;
  /** Unix µs on the node's clock of an arrival; default: arrivals are that. */
  unixMicrosOf?: (arrivalMicros: number) => number;
}

/** Units that wait for {@link UnitStream.poll}: some seconds; beyond it the oldest are dropped. */
const MOST_UNITS = 2048;
/** Behind a rest so much silence is made, where the next packet is further on. */
const MOST_FILLED_S = 5;
/** A keyframe that was asked for and does not come is asked for again, µs. */
const ASK_AGAIN_MICROS = 1_000_000;

/**
 * One RTP stream to access units on the node's clock: packets put in order, frames put together, timestamps made capture times
 * ({@link CaptureClock}). Missing sound becomes silence; a picture that cannot be decoded is left out, and so are all up to the next
 * keyframe, so that the last good one is held. Packets are as the wire taps them: without RTX and RED. Never throws on what a
 * peer sends.
 */
export class UnitStream {
  /** The stream cannot go on without a keyframe. */
  onKeyframeWanted: () => void = () => {};
  readonly #options: UnitStreamOptions;
  readonly #depacketizer: Depacketizer;
  readonly #clock: CaptureClock;
  readonly #buffer: JitterBuffer;
  readonly #sound: SoundTrack | undefined;
  readonly #standing: StandingTimestamps | undefined;
  readonly #restMicros: number;
  #units: AccessUnit[] = [];
  #format: UnitFormat | undefined;
  #ssrc: number | undefined;
  #needsKeyframe = true;
  #askedMicros = Number.NEGATIVE_INFINITY;
  /** Up to when there is sound, on the clock of arrivals. */
  #soundMicros = 0;
  /** Capture time behind all of it. */
  #soundEndMicros = 0;
  /** The next packet stands further on than its timestamp says. */
  #hasRested = false;

  constructor(options: UnitStreamOptions) {
    this.#options = options;
    this.#depacketizer = createDepacketizer(options.codec);
    this.#clock = new CaptureClock(options.clockRate);
    this.#sound = options.kind === "audio" ? new SoundTrack() : undefined;
    this.#standing = this.#sound && new StandingTimestamps(options.clockRate);
    this.#restMicros = (options.restMs ?? 500) * 1000;
    this.#buffer = new JitterBuffer((options.latencyMs ?? 250) * 1000, {
      packet: (packet) => this.#depacketize(packet),
      lost: () => this.#lose(),
    });
  }

  /** An RTP packet, in any order, valid during the call. Malformed ones, duplicates and padding do nothing. */
  take(packet: Uint8Array, arrivalMicros: number): void {
    const header = parseRtp(packet);
    if (header === undefined) return;
    if (this.#ssrc !== undefined && header.ssrc !== this.#ssrc) {
      this.#buffer.restart();
      this.#lose();
    }
    this.#ssrc = header.ssrc;
    const { sequenceNumber, timestamp, marker } = header;
    const payload = rtpPayload(packet, header);
    this.#buffer.take({ sequenceNumber, timestamp, marker, arrivalMicros, payload });
  }

  /** A sender report, mapped to the node's clock. */
  clock(map: ClockMap): void {
    this.#clock.report(map);
  }

  /** Units that are complete, in decoding order; `nowMicros` on the clock of arrivals. Every few milliseconds. */
  poll(nowMicros: number): AccessUnit[] {
    this.#buffer.poll(nowMicros);
    if (this.#sound !== undefined) this.#rest(this.#sound, nowMicros);
    else if (this.#needsKeyframe && this.#ssrc !== undefined) this.#askForKeyframe(nowMicros);
    if (this.#units.length === 0) return [];
    const units = this.#units;
    this.#units = [];
    return units;
  }

  #depacketize({ payload, timestamp, marker, arrivalMicros }: BufferedPacket): void {
    const frame = this.#depacketizer.take(payload, timestamp, marker);
    if (frame === undefined || frame.data.length === 0) return;
    if (this.#sound === undefined) this.#takePicture(frame, arrivalMicros);
    else this.#takeSound(this.#sound, frame, arrivalMicros);
  }

  #takePicture(frame: RtpFrame, arrivalMicros: number): void {
    const captureMicros = this.#capture(frame.timestamp, arrivalMicros);
    this.#format = frame.format ?? this.#format;
    if (frame.keyframe) {
      this.#needsKeyframe = false;
      this.#askedMicros = Number.NEGATIVE_INFINITY;
    }
    if (this.#needsKeyframe || this.#format === undefined) return;
    const { keyframe, data } = frame;
    this.#put({ format: this.#format, captureMicros, compositionMicros: 0, keyframe, samples: 0, data });
  }

  #takeSound(sound: SoundTrack, frame: RtpFrame, arrivalMicros: number): void {
    if (this.#standing?.take(frame.timestamp, arrivalMicros)) {
      sound.restart();
      this.#clock.restart(frame.timestamp);
      this.#hasRested = true;
    }
    let hadSound = false;
    for (const packet of sound.take(frame)) {
      this.#putSound(sound, packet, packet.data === frame.data ? arrivalMicros : undefined);
      hadSound = true;
    }
    if (hadSound) this.#soundMicros = Math.max(this.#soundMicros, arrivalMicros);
  }

  #rest(sound: SoundTrack, nowMicros: number): void {
    if (this.#soundMicros === 0) return;
    const due = nowMicros - this.#restMicros - this.#soundMicros;
    if (due <= 0) return;
    for (const packet of sound.rest((due * this.#options.clockRate) / 1e6)) {
      this.#putSound(sound, packet, undefined);
      this.#soundMicros += (packet.samples * 1e6) / this.#options.clockRate;
    }
  }

  #putSound({ format }: SoundTrack, packet: SoundPacket, arrivalMicros: number | undefined): void {
    const { timestamp, samples, data } = packet;
    const captureMicros = this.#capture(timestamp, arrivalMicros);
    if (this.#hasRested) this.#fillUntil(format, captureMicros);
    this.#putSoundAt(captureMicros, { format, samples, data });
  }

  #fillUntil(format: UnitFormat, untilMicros: number): void {
    this.#hasRested = false;
    const missing = ((untilMicros - this.#soundEndMicros) * this.#options.clockRate) / 1e6;
    if (missing > MOST_FILLED_S * this.#options.clockRate) return;
    for (const packet of opusSilence(missing)) this.#putSoundAt(this.#soundEndMicros, { format, ...packet });
  }

  #putSoundAt(captureMicros: number, sound: Pick<AccessUnit, "format" | "samples" | "data">): void {
    this.#soundEndMicros = captureMicros + (sound.samples * 1e6) / this.#options.clockRate;
    this.#put({ captureMicros, compositionMicros: 0, keyframe: true, ...sound });
  }

  #capture(timestamp: number, arrivalMicros: number | undefined): number {
    const { unixMicrosOf } = this.#options;
    const unixMicros =
      arrivalMicros === undefined || unixMicrosOf === undefined ? arrivalMicros : unixMicrosOf(arrivalMicros);
    return this.#clock.capture(timestamp, unixMicros);
  }

  #put(unit: AccessUnit): void {
    if (this.#units.length >= MOST_UNITS) {
      this.#units = [];
      if (this.#sound === undefined && !unit.keyframe) {
        this.#lose();
        return;
      }
    }
    this.#units.push(unit);
  }

  #lose(): void {
    this.#depacketizer.lost();
    this.#needsKeyframe = true;
  }

  #askForKeyframe(nowMicros: number): void {
    if (nowMicros - this.#askedMicros < ASK_AGAIN_MICROS) return;
    this.#askedMicros = nowMicros;
    this.onKeyframeWanted();
  }
}
