import type { SentKind, SentPackets } from "./types.ts";

/** Same order as `SentKind` in sent_ring.h. */
const KINDS: readonly SentKind[] = ["video", "audio", "retransmission", "padding"];

/** Reads the ring that the I/O thread writes (layout: sent_ring.h). */
export class SentRingReader implements SentPackets {
  readonly #words: Uint32Array;
  readonly #mask: number;
  #nowMicros = 0;
  sentMicros = 0;
  size = 0;
  kind: SentKind = "video";
  cluster = 0;

  constructor(memory: ArrayBuffer) {
    this.#words = new Uint32Array(memory);
    this.#mask = this.#words.length / 2 - 1;
  }

  /** The time of what is looked up from now on, by the clock of the entries; only its distance to them within half an hour matters. */
  at(nowMicros: number): this {
    this.#nowMicros = Math.floor(nowMicros);
    return this;
  }

  find(transportSequence: number): boolean {
    const words = this.#words;
    const at = 2 * (transportSequence & this.#mask);
    const what = Atomics.load(words, at + 1);
    const size = (what >>> 5) & 0x7ff;
    // An entry never written has no size.
    if (what >>> 16 !== transportSequence || size === 0) return false;
    const micros = Atomics.load(words, at);
    // Overwritten between the two reads: the time is another packet's.
    if (Atomics.load(words, at + 1) !== what) return false;
    const now = this.#nowMicros;
    this.sentMicros = now + ((micros - (now % 2 ** 32)) | 0);
    this.size = size;
    this.kind = KINDS[(what >>> 3) & 3]!;
    this.cluster = what & 7;
    return true;
  }
}
