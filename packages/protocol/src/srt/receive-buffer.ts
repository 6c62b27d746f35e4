import type { SequenceRange } from "./loss-report.ts";
import { sequenceAfter, sequenceDistance } from "./sequence-number.ts";

/** Packets a sender may be ahead: 12 MB at most, some eight seconds at 10 Mbit/s. A power of two. */
export const SRT_WINDOW = 8192;

/** What became of a packet. `gap`: packets before it are missing that nobody knew of. */
export type PutOutcome = { kind: "new"; gap: SequenceRange | undefined } | { kind: "old" | "beyond" };

const NOTHING: PutOutcome = { kind: "new", gap: undefined };
const OLD: PutOutcome = { kind: "old" };
const BEYOND: PutOutcome = { kind: "beyond" };
/** Holds the place of a packet that will never come. */
export const GIVEN_UP = new Uint8Array(0);

/** Packets in order of their sequence numbers, from the first that was not taken; at most `SRT_WINDOW` of them. */
export class ReceiveBuffer {
  readonly #payloads: (Uint8Array | undefined)[] = new Array(SRT_WINDOW).fill(undefined);
  readonly #timestamps = new Uint32Array(SRT_WINDOW);
  #next: number;
  /** One after the newest that has come. */
  #end: number;
  #held = 0;

  constructor(initialSequence: number) {
    this.#next = initialSequence;
    this.#end = initialSequence;
  }

  /** The first that was neither taken nor given up: everything before it is acknowledged. */
  get next(): number {
    return this.#next;
  }

  /** Packets that wait. */
  get held(): number {
    return this.#held;
  }

  /** Packets that are missing before others that have come. */
  get missing(): number {
    return sequenceDistance(this.#next, this.#end) - this.#held;
  }

  /** Keeps `payload` as it is, not a copy. */
  put(sequence: number, timestamp: number, payload: Uint8Array): PutOutcome {
    const ahead = sequenceDistance(this.#next, sequence);
    if (ahead < 0) return OLD;
    if (ahead >= SRT_WINDOW) return BEYOND;
    const slot = sequence & (SRT_WINDOW - 1);
    if (this.#payloads[slot] !== undefined) return OLD;
    this.#payloads[slot] = payload;
    this.#timestamps[slot] = timestamp;
    this.#held += 1;
    const past = sequenceDistance(this.#end, sequence);
    if (past < 0) return NOTHING;
    const gap = past > 0 ? { first: this.#end, last: sequenceAfter(sequence, -1) } : undefined;
    this.#end = sequenceAfter(sequence);
    return gap === undefined ? NOTHING : { kind: "new", gap };
  }

  /** The next packet in order, if it is there. `GIVEN_UP` where it never will be. */
  take(): Uint8Array | undefined {
    const slot = this.#next & (SRT_WINDOW - 1);
    const payload = this.#payloads[slot];
    if (payload === undefined) return undefined;
    this.#payloads[slot] = undefined;
    this.#held -= 1;
    this.#next = sequenceAfter(this.#next);
    return payload;
  }

  /** Timestamp of the first packet that is held; undefined when there is none. */
  get timestampAfterGap(): number | undefined {
    if (this.#held === 0) return undefined;
    return this.#timestamps[this.#firstHeld() & (SRT_WINDOW - 1)];
  }

  /** Goes on behind the gap at the front; how many packets it was. */
  skipGap(): number {
    if (this.#held === 0) return 0;
    const first = this.#firstHeld();
    const count = sequenceDistance(this.#next, first);
    this.#next = first;
    return count;
  }

  /** Does not wait for these any more, as the sender said at `timestamp`; how many of them had not come. */
  giveUp({ first, last }: SequenceRange, timestamp: number): number {
    let count = 0;
    const from = sequenceDistance(this.#next, first) < 0 ? this.#next : first;
    const length = Math.min(sequenceDistance(from, last) + 1, SRT_WINDOW);
    for (let index = 0; index < length; index += 1) {
      const sequence = sequenceAfter(from, index);
      if (this.put(sequence, timestamp, GIVEN_UP).kind === "new") count += 1;
    }
    return count;
  }

  /** What is missing, oldest first, at most `most` ranges. */
  missingRanges(most: number): SequenceRange[] {
    const ranges: SequenceRange[] = [];
    let left = this.missing;
    for (let sequence = this.#next; left > 0 && ranges.length < most; sequence = sequenceAfter(sequence)) {
      if (this.#payloads[sequence & (SRT_WINDOW - 1)] !== undefined) continue;
      left -= 1;
      const last = ranges.at(-1);
      if (last !== undefined && sequenceAfter(last.last) === sequence) last.last = sequence;
      else ranges.push({ first: sequence, last: sequence });
    }
    return ranges;
  }

  #firstHeld(): number {
    let sequence = this.#next;
    while (this.#payloads[sequence & (SRT_WINDOW - 1)] === undefined) sequence = sequenceAfter(sequence);
    return sequence;
  }
}
