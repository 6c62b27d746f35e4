import { SequenceUnwrapper } from "@sameroom/protocol";

export interface MissingPacketsOptions {
  /** How late a packet may still be useful, ms; default 400. Older gaps are given up. */
  latencyBudgetMs?: number;
  /** Asked for at most this often; default 6. */
  maxRequests?: number;
  /** Wait this long before the first request, for packets that only overtook each other, ms; default 8. */
  reorderToleranceMs?: number;
  /** A jump over more than this many packets is a new start, not a loss; default 500. */
  maxGap?: number;
}

interface Gap {
  sinceMs: number;
  requests: number;
  nextMs: number;
}

/**
 * Which packets of one incoming stream are missing, and which of them to ask for now (RFC 4585 section 6.2.1). What
 * would come too late is given up instead: the caller then asks for a keyframe.
 */
export class MissingPackets {
  readonly #options: Required<MissingPacketsOptions>;
  readonly #gaps = new Map<number, Gap>();
  #unwrapper = new SequenceUnwrapper();
  #highest: number | undefined;
  #givenUp = 0;

  constructor(options: MissingPacketsOptions = {}) {
    this.#options = { latencyBudgetMs: 400, maxRequests: 6, reorderToleranceMs: 8, maxGap: 500, ...options };
  }

  /** How many packets are missing and not given up. */
  get size(): number {
    return this.#gaps.size;
  }

  /** A packet came, new, late, repaired or twice. */
  receive(sequenceNumber: number, nowMs: number): void {
    const extended = this.#unwrapper.unwrap(sequenceNumber);
    if (this.#highest === undefined) {
      this.#highest = extended;
      return;
    }
    if (extended <= this.#highest) {
      if (this.#highest - extended > this.#options.maxGap) this.#restart(sequenceNumber);
      else this.#gaps.delete(extended);
      return;
    }
    if (extended - this.#highest > this.#options.maxGap) {
      this.#restart(sequenceNumber);
      return;
    }
    for (let missing = this.#highest + 1; missing < extended; missing++) {
      this.#gaps.set(missing, {
        sinceMs: nowMs,
        requests: 0,
        nextMs: nowMs + this.#options.reorderToleranceMs,
      });
    }
    this.#highest = extended;
  }

  /**
   * Sequence numbers (16 bits) to ask for now, ascending. `roundTripMs` spaces repeated requests: asking again
   * before an answer can have come only adds load.
   */
  poll(nowMs: number, roundTripMs: number): number[] {
    const { latencyBudgetMs, maxRequests } = this.#options;
    const due: number[] = [];
    for (const [extended, gap] of this.#gaps) {
      // An answer takes a round trip: past that point the packet would miss its moment.
      const tooLate = nowMs + roundTripMs - gap.sinceMs > latencyBudgetMs && gap.requests > 0;
      if (tooLate || nowMs - gap.sinceMs > latencyBudgetMs) {
        if (nowMs >= gap.nextMs || nowMs - gap.sinceMs > latencyBudgetMs) {
          this.#gaps.delete(extended);
          this.#givenUp += 1;
        }
        continue;
      }
      if (nowMs < gap.nextMs || gap.requests >= maxRequests) continue;
      gap.requests += 1;
      gap.nextMs = nowMs + Math.max(20, roundTripMs * 1.25);
      due.push(extended & 0xffff);
    }
    return due;
  }

  /** Packets given up since the last call. */
  takeGivenUp(): number {
    const count = this.#givenUp;
    this.#givenUp = 0;
    return count;
  }

  #restart(sequenceNumber: number): void {
    this.#gaps.clear();
    this.#unwrapper = new SequenceUnwrapper();
    this.#highest = this.#unwrapper.unwrap(sequenceNumber);
  }
}
