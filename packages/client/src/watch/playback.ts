import { PathSilence } from "../transport/path-silence.ts";
import type { WatchReading } from "./watch-stats.ts";

/** What a reading says of a viewer's connection; undefined: nothing new. */
export interface PlaybackVerdict {
  /** `waiting`: connected, but nothing comes. */
  phase: "playing" | "waiting" | undefined;
  /** `path`: nothing gets through any more. `decoder`: video arrives and no frame comes out. */
  fault: "path" | "decoder" | undefined;
}

/** Media packets come every few ms, and sender reports every second: more than a second of nothing is not jitter. */
const BUSY_SILENCE_MS = 1200;
/** With nothing on air, consent checks every 2.5 s (Chromium) to 5 s (RFC 7675) are all there is. */
const IDLE_SILENCE_MS = 11_000;
/** A live room shows its first frame well within this. */
const FIRST_MEDIA_MS = 1000;
/** Nothing decoded for this long is not a freeze any more. */
const NO_FRAMES_MS = 1800;
const FLOWING_MS = 1000;
const DECODER_STUCK_MS = 2500;
/** A browser that cannot decode at all must not open sessions for ever. */
const DECODER_STUCK_MAX_MS = 60_000;

/** Follows the readings of one viewer's connection. Pure: time is an argument. */
export class Playback {
  readonly #silence: PathSilence;
  #last: WatchReading | undefined;
  #startedAtMs: number;
  #decodedAtMs = Number.NEGATIVE_INFINITY;
  #videoAtMs = Number.NEGATIVE_INFINITY;
  #audioAtMs = Number.NEGATIVE_INFINITY;
  /** Since when video has been arriving without a frame. */
  #stuckSinceMs: number | undefined;
  #stuckLimitMs = DECODER_STUCK_MS;

  constructor(nowMs: number) {
    this.#startedAtMs = nowMs;
    this.#silence = new PathSilence({ busyMs: BUSY_SILENCE_MS, idleMs: IDLE_SILENCE_MS }, nowMs);
  }

  /** Connected, again. Counters go on after an ICE restart and begin anew on a `fresh` connection. */
  restart(nowMs: number, fresh: boolean): void {
    this.#startedAtMs = nowMs;
    this.#decodedAtMs = Number.NEGATIVE_INFINITY;
    this.#videoAtMs = Number.NEGATIVE_INFINITY;
    this.#audioAtMs = Number.NEGATIVE_INFINITY;
    if (fresh) this.#last = undefined;
    this.#stuckSinceMs = undefined;
    this.#silence.reset(nowMs);
  }

  /** `canDecode` is false while the page is hidden, where browsers may stop decoding. */
  take(reading: WatchReading, nowMs: number, canDecode: boolean): PlaybackVerdict {
    const { framesDecoded = 0, videoBytes = 0, audioBytes = 0 } = this.#last ?? {};
    this.#last = reading;
    const decoded = reading.framesDecoded > framesDecoded;
    if (decoded) this.#decodedAtMs = nowMs;
    if (reading.videoBytes > videoBytes) this.#videoAtMs = nowMs;
    if (reading.audioBytes > audioBytes) this.#audioAtMs = nowMs;
    const flowing = nowMs - Math.max(this.#videoAtMs, this.#audioAtMs) < FLOWING_MS;
    const silent = this.#silence.take(reading.received, flowing, nowMs);
    const stuck = this.#isDecoderStuck(decoded, nowMs, canDecode);
    return { phase: this.#phase(nowMs), fault: silent ? "path" : stuck ? "decoder" : undefined };
  }

  #phase(nowMs: number): PlaybackVerdict["phase"] {
    if (nowMs - this.#decodedAtMs <= NO_FRAMES_MS) return "playing";
    if (nowMs - this.#startedAtMs < FIRST_MEDIA_MS) return undefined;
    const videoFlows = nowMs - this.#videoAtMs < FLOWING_MS;
    // A broadcast without a picture, or whose host turned it off, plays on with its sound.
    if (!videoFlows && nowMs - this.#audioAtMs <= NO_FRAMES_MS) return "playing";
    return nowMs - Math.max(this.#decodedAtMs, this.#startedAtMs) > FIRST_MEDIA_MS ? "waiting" : undefined;
  }

  #isDecoderStuck(decoded: boolean, nowMs: number, canDecode: boolean): boolean {
    if (decoded) this.#stuckLimitMs = DECODER_STUCK_MS;
    if (decoded || !canDecode || nowMs - this.#videoAtMs >= FLOWING_MS) this.#stuckSinceMs = undefined;
    else this.#stuckSinceMs ??= nowMs;
    if (this.#stuckSinceMs === undefined || nowMs - this.#stuckSinceMs < this.#stuckLimitMs) return false;
    this.#stuckLimitMs = Math.min(DECODER_STUCK_MAX_MS, this.#stuckLimitMs * 4);
    this.#stuckSinceMs = undefined;
    return true;
  }
}
