import type { DtlsState, PeerId, RtpFact, SrtpProfile } from "./types.ts";

/** Who receives the records of the I/O thread; a subset of `WireHandlers` plus what load clients hear. */
export interface EventSink {
  onStun(datagram: Uint8Array, from: string): void;
  onDtls(state: DtlsState): void;
  onRtcp(peer: number, packet: Uint8Array, arrivalMicros: number): void;
  onRtp(fact: RtpFact): void;
  onUnclaimedRtp(unclaimed: { peer: number; packet: Uint8Array }): void;
  onTap(source: number, packet: Uint8Array, arrivalMicros: number): void;
  onSwitched(output: number, source: number, sequenceNumber: number): void;
  onDatagram(client: number, datagram: Uint8Array): void;
  onError(error: Error): void;
}

/** Same numbers as EventType in event_writer.h. */
const STUN = 1;
const DTLS = 2;
const RTCP = 3;
const RTP = 4;
const UNCLAIMED = 5;
const TAP = 6;
const SWITCHED = 7;
const DATAGRAM = 8;

const PROFILES: readonly SrtpProfile[] = ["AEAD_AES_128_GCM", "AES128_CM_HMAC_SHA1_80"];

/** Reads packed records (layout: event_writer.cc) and calls the sink for each, in order. */
export class EventReader {
  readonly buffer = new Uint8Array(256 * 1024);
  readonly #view = new DataView(this.buffer.buffer);
  readonly #text = new TextDecoder("latin1");
  readonly #sink: EventSink;
  readonly #fact: RtpFact = {
    source: 0,
    sequenceNumber: 0,
    timestamp: 0,
    marker: false,
    keyframe: false,
    repaired: false,
    arrivalMicros: 0,
    size: 0,
    transportSequence: -1,
    audioLevel: -1,
    captureNtpSeconds: 0,
    captureNtpFraction: 0,
    temporalLayer: -1,
    keyframePayload: undefined,
  };

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  /** Dispatches the first `size` bytes of `buffer`. A sink that throws costs only its own record. */
  read(size: number): void {
    for (let at = 0; at < size; at += this.#view.getUint32(at, true)) {
      try {
        this.#dispatch(at);
      } catch (error) {
        this.#sink.onError(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  #dispatch(at: number): void {
    const type = this.buffer[at + 4];
    if (type === RTP) {
      this.#rtp(at);
      return;
    }
    const id = this.#view.getUint32(at + 8, true);
    const number = this.#view.getFloat64(at + 16, true);
    const length = this.#view.getUint32(at + 24, true);
    const bytes = this.buffer.subarray(at + 32, at + 32 + length);
    switch (type) {
      case STUN: {
        const from = this.#text.decode(this.buffer.subarray(at + 32, at + 32 + id));
        this.#sink.onStun(this.buffer.subarray(at + 32 + id, at + 32 + id + length), from);
        break;
      }
      case DTLS:
        this.#dtls(id, number, bytes);
        break;
      case RTCP:
        this.#sink.onRtcp(id, bytes, number);
        break;
      case UNCLAIMED:
        this.#sink.onUnclaimedRtp({ peer: id, packet: bytes });
        break;
      case TAP:
        this.#sink.onTap(id, bytes, number);
        break;
      case SWITCHED:
        this.#sink.onSwitched(id, number, bytes[0]! | (bytes[1]! << 8));
        break;
      case DATAGRAM:
        this.#sink.onDatagram(id, bytes);
        break;
    }
  }

  #dtls(peer: PeerId, handshakeMicros: number, bytes: Uint8Array): void {
    if (bytes[0] === 0) {
      const profile = PROFILES[bytes[1] ?? 0]!;
      this.#sink.onDtls({ peer, state: "connected", profile, handshakeMicros });
    } else if (bytes[0] === 1) {
      this.#sink.onDtls({ peer, state: "failed", reason: this.#text.decode(bytes.subarray(1)) });
    } else {
      this.#sink.onDtls({ peer, state: "closed" });
    }
  }

  #rtp(at: number): void {
    const view = this.#view;
    const fact = this.#fact;
    const flags = view.getUint8(at + 5);
    fact.sequenceNumber = view.getUint16(at + 6, true);
    fact.source = view.getUint32(at + 8, true);
    fact.timestamp = view.getUint32(at + 12, true);
    fact.marker = (flags & 1) !== 0;
    fact.keyframe = (flags & 2) !== 0;
    fact.repaired = (flags & 4) !== 0;
    fact.arrivalMicros = view.getFloat64(at + 16, true);
    fact.size = view.getUint32(at + 24, true);
    fact.transportSequence = view.getInt32(at + 28, true);
    fact.audioLevel = view.getInt32(at + 32, true);
    fact.captureNtpSeconds = view.getUint32(at + 36, true);
    fact.captureNtpFraction = view.getUint32(at + 40, true);
    const payloadSize = view.getUint16(at + 44, true);
    fact.temporalLayer = view.getInt8(at + 46);
    fact.keyframePayload = payloadSize > 0 ? this.buffer.subarray(at + 48, at + 48 + payloadSize) : undefined;
    this.#sink.onRtp(fact);
  }
}

/** What an {@link EventReader} empties: a native queue. */
export interface EventSource {
  acknowledge(): unknown;
  drain(out: Uint8Array): number;
}

/** Rounds of one wake-up; more waits for the next turn of the event loop, so that timers and sockets get theirs. */
const ROUNDS_PER_TURN = 8;

/** Empties the queue into the reader. */
export function drainEvents(source: EventSource, reader: EventReader): void {
  source.acknowledge();
  for (let round = 0; round < ROUNDS_PER_TURN; round += 1) {
    const size = source.drain(reader.buffer);
    if (size === 0) return;
    reader.read(size);
  }
  setImmediate(() => drainEvents(source, reader));
}
