export interface NackPatienceOptions {
  /** How long a viewer may ask for one packet before a keyframe is the better repair, ms; default 250. */
  limitMs?: number;
}

/** More packets than a viewer can miss at a time and still recover. */
const MAX_REMEMBERED = 1024;

/**
 * Notices that repairs do not get through: a viewer goes on asking for the same packet. Receivers wait for it much
 * longer than anybody watches a still picture (libwebrtc three seconds before it sends a PLI), and packets that are too old
 * are not sent again at all, so the keyframe is asked for on the viewer's behalf. One for each stream.
 */
export class NackPatience {
  readonly #limitMs: number;
  /** Sequence number to when it was first asked for, oldest first. */
  readonly #askedAtMs = new Map<number, number>();

  constructor(options: NackPatienceOptions = {}) {
    this.#limitMs = options.limitMs ?? 250;
  }

  /** Takes a NACK; true when a keyframe should be asked for. What has been asked for up to now is then forgotten. */
  take(nowMs: number, sequenceNumbers: readonly number[]): boolean {
    for (const [sequenceNumber, atMs] of this.#askedAtMs) {
      // Not asked for again for this long: it came, or was given up.
      if (nowMs - atMs <= 2 * this.#limitMs) break;
      this.#askedAtMs.delete(sequenceNumber);
    }
    let isTooLong = false;
    for (const sequenceNumber of sequenceNumbers) {
      const firstMs = this.#askedAtMs.get(sequenceNumber);
      if (firstMs === undefined) this.#remember(sequenceNumber, nowMs);
      else if (nowMs - firstMs >= this.#limitMs) isTooLong = true;
    }
    if (isTooLong) this.#askedAtMs.clear();
    return isTooLong;
  }

  #remember(sequenceNumber: number, nowMs: number): void {
    const [oldest] = this.#askedAtMs.size < MAX_REMEMBERED ? [] : this.#askedAtMs.keys();
    if (oldest !== undefined) this.#askedAtMs.delete(oldest);
    this.#askedAtMs.set(sequenceNumber, nowMs);
  }
}
