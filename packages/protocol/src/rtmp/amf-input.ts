import { decodeUtf8 } from "@sameroom/base";
import { RTMP_LIMITS } from "./rtmp-limits.ts";

/** Thrown by readers of AMF among themselves; nobody else sees it. */
export class AmfFault extends Error {}

/** Bytes of AMF, read from front to back; every read throws {@link AmfFault} at the end, and so do too many values. */
export class AmfInput {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;
  #values = 0;

  constructor(bytes: Uint8Array, start = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
  }

  get isOver(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Counts a value at this depth. */
  count(depth: number): void {
    this.#values += 1;
    if (this.#values > RTMP_LIMITS.amfValues || depth > RTMP_LIMITS.amfDepth) throw new AmfFault();
  }

  uint8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#skip(2));
  }

  uint32(): number {
    return this.#view.getUint32(this.#skip(4));
  }

  double(): number {
    return this.#view.getFloat64(this.#skip(8));
  }

  bytes(length: number): Uint8Array {
    const start = this.#skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(length: number): string {
    return decodeUtf8(this.bytes(length));
  }

  #skip(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) throw new AmfFault();
    this.#at = start + length;
    return start;
  }
}
