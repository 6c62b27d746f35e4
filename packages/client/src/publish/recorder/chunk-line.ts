import type { RecorderChunk } from "@sameroom/contract";

interface Queued {
  begins: boolean;
  bytes: Uint8Array;
  recordedMs: number;
  /** When it was sent over this connection; undefined: not yet. */
  sentMs: number | undefined;
}

/** Chunks that are not acknowledged, in order; says which may be sent. Times in monotonic ms. */
export class ChunkLine {
  /** Sent ones first. */
  readonly #chunks: Queued[] = [];
  /** Number of the first. */
  #first = 0;
  #sent = 0;
  #windowBytes = 0;
  #waitingBytes = 0;
  #acknowledgedBytes = 0;
  #connectedMs = 0;
  #roundTripMs: number | undefined;

  /** Bytes that were acknowledged since the start. */
  get acknowledgedBytes(): number {
    return this.#acknowledgedBytes;
  }

  /** Bytes that were recorded and are not acknowledged. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** How long the last acknowledgement took. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  put(bytes: Uint8Array, options: { begins: boolean; nowMs: number }): void {
    const { begins, nowMs } = options;
    this.#chunks.push({ begins, bytes, recordedMs: nowMs, sentMs: undefined });
    this.#waitingBytes += bytes.length;
  }

  /** The server's word at the start of a connection: sends again from `next` on. False when that is not there any more. */
  open({ next, windowBytes, nowMs }: { next: number; windowBytes: number; nowMs: number }): boolean {
    if (next < this.#first || next > this.#first + this.#chunks.length) return false;
    this.#acknowledge(next);
    for (const chunk of this.#chunks) chunk.sentMs = undefined;
    this.#sent = 0;
    this.#windowBytes = windowBytes;
    this.#connectedMs = nowMs;
    return true;
  }

  /** Chunks to send now; they count as sent. */
  takeSendable(nowMs: number): RecorderChunk[] {
    const sendable: RecorderChunk[] = [];
    let underWay = 0;
    for (const { bytes } of this.#chunks.slice(0, this.#sent)) underWay += bytes.length;
    for (let chunk = this.#chunks[this.#sent]; chunk !== undefined; chunk = this.#chunks[this.#sent]) {
      // A chunk larger than the window goes alone.
      if (underWay > 0 && underWay + chunk.bytes.length > this.#windowBytes) break;
      const { begins, bytes } = chunk;
      const roundTrip = this.#roundTripMs === undefined ? {} : { roundTripMs: this.#roundTripMs };
      sendable.push({ sequence: this.#first + this.#sent, begins, bytes, ...roundTrip });
      chunk.sentMs = nowMs;
      underWay += bytes.length;
      this.#sent += 1;
    }
    return sendable;
  }

  /** The server wants `next`: all before has come. */
  acknowledge(next: number, nowMs: number): void {
    const sentMs = this.#chunks[next - this.#first - 1]?.sentMs;
    if (sentMs !== undefined) this.#roundTripMs = Math.min(60_000, nowMs - sentMs);
    this.#acknowledge(next);
  }

  /** How long the oldest chunk that is not sent has waited for a connection that works. */
  behindMs(nowMs: number): number {
    const oldest = this.#chunks[this.#sent];
    return oldest === undefined ? 0 : nowMs - Math.max(oldest.recordedMs, this.#connectedMs);
  }

  /** Gives up what is not sent: the recorder is started anew. */
  dropUnsent(): void {
    for (const { bytes } of this.#chunks.splice(this.#sent)) this.#waitingBytes -= bytes.length;
  }

  /** For another session: numbers begin again. */
  reset(): void {
    this.#chunks.length = 0;
    this.#first = 0;
    this.#sent = 0;
    this.#waitingBytes = 0;
    this.#roundTripMs = undefined;
  }

  #acknowledge(next: number): void {
    const count = Math.min(Math.max(0, next - this.#first), this.#chunks.length);
    for (const { bytes } of this.#chunks.splice(0, count)) {
      this.#waitingBytes -= bytes.length;
      this.#acknowledgedBytes += bytes.length;
    }
    this.#first += count;
    this.#sent = Math.max(0, this.#sent - count);
  }
}
