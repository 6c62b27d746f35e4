/** True when sequence number `left` comes after `right`, modulo 2^16 (RFC 3550 appendix A.1). */
export function isNewer(left: number, right: number): boolean {
  const distance = (left - right) & 0xffff;
  return distance !== 0 && distance < 0x8000;
}

/** `left - right` modulo 2^16, as -32768..32767. */
export function sequenceDelta(left: number, right: number): number {
  return ((left - right) << 16) >> 16;
}

/** `left - right` modulo 2^32, as a signed 32-bit number: for RTP timestamps. */
export function timestampDelta(left: number, right: number): number {
  return (left - right) | 0;
}

/** Makes 16-bit sequence numbers into ever-growing ones: each is taken as the nearest to the highest so far. */
export class SequenceUnwrapper {
  #highest: number | undefined;

  /** The extended number; negative when a packet from before the first one wraps backwards. */
  unwrap(sequenceNumber: number): number {
    if (this.#highest === undefined) {
      this.#highest = sequenceNumber;
      return sequenceNumber;
    }
    const extended = this.#highest + sequenceDelta(sequenceNumber, this.#highest & 0xffff);
    if (extended > this.#highest) this.#highest = extended;
    return extended;
  }

  /** The highest extended number so far. */
  get highest(): number | undefined {
    return this.#highest;
  }
}

/** The same for 32-bit RTP timestamps. */
export class TimestampUnwrapper {
  #highest: number | undefined;

  unwrap(timestamp: number): number {
    if (this.#highest === undefined) {
      this.#highest = timestamp;
      return timestamp;
    }
    const extended = this.#highest + timestampDelta(timestamp, this.#highest % 0x1_0000_0000);
    if (extended > this.#highest) this.#highest = extended;
    return extended;
  }

  get highest(): number | undefined {
    return this.#highest;
  }
}
