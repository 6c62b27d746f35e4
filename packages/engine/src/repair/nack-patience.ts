import { isNewer } from "@sameroom/protocol";

export interface NackPatienceOptions {
  /** How long a viewer may ask for one packet before a keyframe is the better repair, ms; default 200. */
  limitMs?: number;
}

/** What a NACK says beside the packets it names. */
export interface NackVerdict {
  /** Packets that were asked for before: the repair was lost, and so may the next one be. */
  again: number[];
  /** Repairs do not get through: a keyframe should be asked for. What was asked for up to now is then forgotten. */
  hopeless: boolean;
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
  /** Sequence number to when it was first missed, in the order of asking. */
  readonly #missedAtMs = new Map<number, number>();

  constructor(options: NackPatienceOptions = {}) {
    this.#limitMs = options.limitMs ?? 200;
  }

  take(nowMs: number, sequenceNumbers: readonly number[]): NackVerdict {
    for (const [sequenceNumber, atMs] of this.#missedAtMs) {
      // Not asked for again for this long: it came, or was given up.
      if (nowMs - atMs <= 2 * this.#limitMs) break;
      this.#missedAtMs.delete(sequenceNumber);
    }
    const again: number[] = [];
    let hopeless = false;
    for (const sequenceNumber of sequenceNumbers) {
      const known = this.#missedAtMs.get(sequenceNumber);
      if (known !== undefined) again.push(sequenceNumber);
      const sinceMs = known ?? this.#remember(sequenceNumber, nowMs);
      if (nowMs - sinceMs >= this.#limitMs) hopeless = true;
    }
    if (hopeless) this.#missedAtMs.clear();
    return { again, hopeless };
  }

  /** Since when it must have been missing: NACKs get lost, too, but who asked for a later packet missed this one by then. */
  #remember(sequenceNumber: number, nowMs: number): number {
    let sinceMs = nowMs;
    for (const [other, atMs] of this.#missedAtMs)
      if (atMs < sinceMs && isNewer(other, sequenceNumber)) sinceMs = atMs;
    const [oldest] = this.#missedAtMs.size < MAX_REMEMBERED ? [] : this.#missedAtMs.keys();
    if (oldest !== undefined) this.#missedAtMs.delete(oldest);
    this.#missedAtMs.set(sequenceNumber, sinceMs);
    return sinceMs;
  }
}
