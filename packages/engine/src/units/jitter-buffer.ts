import { sequenceDelta } from "@sameroom/protocol";

export interface BufferedPacket {
  sequenceNumber: number;
  timestamp: number;
  marker: boolean;
  arrivalMicros: number;
  /** Valid for whoever gets it during the call. */
  payload: Uint8Array;
}

/** What a {@link JitterBuffer} gives: packets in order, and word of those that will not come. */
export interface JitterBufferSink {
  packet(packet: BufferedPacket): void;
  /** Packets are missing before the next one. */
  lost(): void;
}

/** Packets held while one is waited for; two seconds of 8 Mbit/s. */
const MOST_PACKETS = 2048;
/** Sequence numbers further off are another stream (RFC 3550 appendix A.1), once two in a row agree. */
const MOST_AHEAD = 3000;
const MOST_BEHIND = 1000;

/** Puts packets in order, and waits for a missing one as long as it may still be of use. In order, nothing is kept or copied. */
export class JitterBuffer {
  readonly #latencyMicros: number;
  readonly #sink: JitterBufferSink;
  readonly #held = new Map<number, BufferedPacket>();
  #next: number | undefined;
  #strayNext: number | undefined;

  constructor(latencyMicros: number, sink: JitterBufferSink) {
    this.#latencyMicros = latencyMicros;
    this.#sink = sink;
  }

  /** Packets that wait for one before them. */
  get size(): number {
    return this.#held.size;
  }

  take(packet: BufferedPacket): void {
    const { sequenceNumber } = packet;
    const ahead = this.#next === undefined ? 0 : sequenceDelta(sequenceNumber, this.#next);
    if (ahead > MOST_AHEAD || ahead < -MOST_BEHIND) {
      if (sequenceNumber !== this.#strayNext) {
        this.#strayNext = (sequenceNumber + 1) & 0xffff;
        return;
      }
      this.restart();
      this.#sink.lost();
      this.#next = sequenceNumber;
    }
    this.#strayNext = undefined;
    if (this.#next === undefined || sequenceNumber === this.#next) {
      this.#give(packet);
      this.#drain();
      return;
    }
    if (ahead < 0 || this.#held.has(sequenceNumber)) return;
    this.#held.set(sequenceNumber, { ...packet, payload: packet.payload.slice() });
    if (this.#held.size > MOST_PACKETS) this.#skip();
  }

  /** Gives up what has been waited for too long. */
  poll(nowMicros: number): void {
    while (this.#held.size > 0) {
      // The packets that came first wait longest; what they wait for lies before them all.
      const [oldest] = this.#held.values();
      if (nowMicros - oldest!.arrivalMicros < this.#latencyMicros) return;
      this.#skip();
    }
  }

  /** Another stream begins with the next packet. */
  restart(): void {
    this.#held.clear();
    this.#next = undefined;
    this.#strayNext = undefined;
  }

  #skip(): void {
    let least: number | undefined;
    for (const sequenceNumber of this.#held.keys())
      if (least === undefined || sequenceDelta(sequenceNumber, least) < 0) least = sequenceNumber;
    this.#sink.lost();
    this.#next = least;
    this.#drain();
  }

  #drain(): void {
    for (;;) {
      const packet = this.#held.get(this.#next!);
      if (packet === undefined) return;
      this.#held.delete(this.#next!);
      this.#give(packet);
    }
  }

  #give(packet: BufferedPacket): void {
    this.#next = (packet.sequenceNumber + 1) & 0xffff;
    this.#sink.packet(packet);
  }
}
