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
  /** Missing packets watched at the same time; past it all are given up; default 1000. */
  maxMissing?: number;
}

/** What a packet meant for the gaps. */
export type Arrival =
  /** First, next in order, or after a gap. */
  | "new"
  /** It filled a gap. */
  | "filled"
  /** It was not missing: a duplicate, a probe, or given up before. */
  | "known"
  /** The numbering started anew. */
  | "restart";

interface Gap {
  sinceMs: number;
  requests: number;
  requestedAtMs: number;
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
  #roundTripMs: number | undefined;

  constructor(options: MissingPacketsOptions = {}) {
    this.#options = {
      latencyBudgetMs: 400,
      maxRequests: 6,
      reorderToleranceMs: 8,
      maxGap: 500,
      maxMissing: 1000,
      ...options,
    };
  }

  /** How many packets are missing and not given up. */
  get size(): number {
    return this.#gaps.size;
  }

  /**
   * A packet came, new, late, repaired or twice. `repaired`: it is a retransmission; the time since the only request
   * for it is then taken for a round trip (see {@link takeRoundTripMs}).
   */
  receive(sequenceNumber: number, nowMs: number, repaired = false): Arrival {
    const extended = this.#unwrapper.unwrap(sequenceNumber);
    if (this.#highest === undefined) {
      this.#highest = extended;
      return "new";
    }
    const distance = extended - this.#highest;
    if (Math.abs(distance) > this.#options.maxGap) return this.#restart(sequenceNumber);
    if (distance <= 0) return this.#fill(extended, nowMs, repaired);
    if (this.#gaps.size + distance - 1 > this.#options.maxMissing) this.#giveUpAll();
    for (let missing = this.#highest + 1; missing < extended; missing++) {
      const nextMs = nowMs + this.#options.reorderToleranceMs;
      this.#gaps.set(missing, { sinceMs: nowMs, requests: 0, requestedAtMs: nowMs, nextMs });
    }
    this.#highest = extended;
    return "new";
  }

  /**
   * Sequence numbers (16 bits) to ask for now, ascending. `roundTripMs` spaces repeated requests: asking again
   * before an answer can have come only adds load.
   */
  poll(nowMs: number, roundTripMs: number): number[] {
    const due: number[] = [];
    for (const [extended, gap] of this.#gaps) {
      if (this.#isTooLate(gap, nowMs, roundTripMs)) {
        this.#gaps.delete(extended);
        this.#givenUp += 1;
        continue;
      }
      if (nowMs < gap.nextMs || gap.requests >= this.#options.maxRequests) continue;
      gap.requests += 1;
      gap.requestedAtMs = nowMs;
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

  /** Least time from a request to its answer since the last call, ms; undefined when none came. */
  takeRoundTripMs(): number | undefined {
    const roundTripMs = this.#roundTripMs;
    this.#roundTripMs = undefined;
    return roundTripMs;
  }

  #isTooLate(gap: Gap, nowMs: number, roundTripMs: number): boolean {
    const ageMs = nowMs - gap.sinceMs;
    if (ageMs > this.#options.latencyBudgetMs) return true;
    // An answer takes a round trip: when it is time to ask again and that would be too late, nothing is left to do.
    return gap.requests > 0 && nowMs >= gap.nextMs && ageMs + roundTripMs > this.#options.latencyBudgetMs;
  }

  #fill(extended: number, nowMs: number, repaired: boolean): Arrival {
    const gap = this.#gaps.get(extended);
    if (gap === undefined) return "known";
    this.#gaps.delete(extended);
    // After two requests nobody knows which one was answered (Karn's algorithm).
    if (repaired && gap.requests === 1) {
      this.#roundTripMs = Math.min(this.#roundTripMs ?? Number.POSITIVE_INFINITY, nowMs - gap.requestedAtMs);
    }
    return "filled";
  }

  #giveUpAll(): void {
    this.#givenUp += this.#gaps.size;
    this.#gaps.clear();
  }

  #restart(sequenceNumber: number): Arrival {
    this.#giveUpAll();
    this.#unwrapper = new SequenceUnwrapper();
    this.#highest = this.#unwrapper.unwrap(sequenceNumber);
    return "restart";
  }
}
