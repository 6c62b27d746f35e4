import { KeyframePace } from "./keyframe-pace.ts";

export interface KeyframeRequesterOptions {
  /** Of the track this is a layer of; default: one of its own. Joins that wait for it share one keyframe. */
  pace?: KeyframePace;
  /** Asked again when nothing came after this long, ms; default 500, doubled up to four times that. */
  retryMs?: number;
  /** At least this long between two requests while only patient outputs wait, ms; default 1000. */
  patientIntervalMs?: number;
}

/** A sender that answers does so within a round trip and a picture; this is far beyond both, ms. */
const LATE_MS = 1000;
/** Of a sender that ignores requests some keyframes come in time by chance; of one that does not, hardly any is late. */
const LATE_SHARE = 0.25;
const LEAST_LATE = 2;

/**
 * Merges the wishes for a keyframe of one source into as few requests as do: however many viewers join at once, the
 * publisher is asked once; it is asked again only while nothing comes, or somebody still waits.
 */
export class KeyframeRequester {
  readonly #pace: KeyframePace;
  readonly #retryMs: number;
  readonly #patientIntervalMs: number;
  /** Outputs that wait, and whether they are patient. */
  readonly #waiting = new Map<number, boolean>();
  #wanted = false;
  #requestedAtMs = Number.NEGATIVE_INFINITY;
  #unanswered = 0;
  /** When the first request was sent that is not answered. */
  #askedAtMs = 0;
  #answers = 0;
  #late = 0;

  constructor(options: KeyframeRequesterOptions = {}) {
    this.#pace = options.pace ?? new KeyframePace();
    this.#retryMs = options.retryMs ?? 500;
    this.#patientIntervalMs = options.patientIntervalMs ?? 1000;
  }

  /** Outputs that have not started with a keyframe yet. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** The sender sends keyframes when it likes, whoever asks (OBS over WHIP does so). */
  get isIgnored(): boolean {
    return this.#late >= LEAST_LATE && this.#late >= this.#answers * LATE_SHARE;
  }

  /** Somebody needs a keyframe; the next one that comes will do. */
  want(): void {
    this.#wanted = true;
  }

  /**
   * `output` shows this source from its next keyframe on, and waits until {@link served}. A `patient` one shows something
   * good meanwhile: many that change layers must not cost everybody their bits.
   */
  wait(output: number, patient = false): void {
    this.#waiting.set(output, patient);
  }

  /** `output` has started, or shows something else. */
  served(output: number): void {
    this.#waiting.delete(output);
  }

  /** A keyframe began to arrive. An output that was attached a moment too late for it goes on waiting. */
  received(nowMs: number): void {
    if (this.#unanswered > 0) {
      this.#answers += 1;
      if (nowMs - this.#askedAtMs > LATE_MS) this.#late += 1;
    }
    this.#wanted = false;
    this.#unanswered = 0;
  }

  /** true when a request is to be sent now. */
  poll(nowMs: number): boolean {
    if (!this.#wanted && this.#waiting.size === 0) return false;
    const retry = this.#retryMs * 2 ** Math.min(2, Math.max(0, this.#unanswered - 1));
    const least = this.#isUrgent() ? 0 : this.#patientIntervalMs;
    const wait = this.#unanswered === 0 ? least : Math.max(least, retry);
    if (nowMs - this.#requestedAtMs < wait || !this.#pace.ready(nowMs)) return false;
    this.#pace.asked(nowMs);
    this.#requestedAtMs = nowMs;
    if (this.#unanswered === 0) this.#askedAtMs = nowMs;
    this.#unanswered += 1;
    return true;
  }

  #isUrgent(): boolean {
    if (this.#wanted) return true;
    for (const patient of this.#waiting.values()) if (!patient) return true;
    return false;
  }
}
