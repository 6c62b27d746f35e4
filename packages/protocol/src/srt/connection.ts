import { ByteWriter } from "../bytes/byte-writer.ts";
import { Acknowledgements } from "./acknowledgements.ts";
import { DeliveryClock } from "./delivery-clock.ts";
import { type SequenceRange, serializeLossReport } from "./loss-report.ts";
import {
  SRT_CONTROL,
  SRT_EXTENSION,
  type SrtControlPacket,
  type SrtDataPacket,
  serializeSrtControl,
} from "./packet.ts";
import { GIVEN_UP, ReceiveBuffer } from "./receive-buffer.ts";
import type { ReceiveKeys } from "./receive-keys.ts";
import { SrtRoundTrip } from "./round-trip.ts";

/** Full acknowledgements go out this often (draft-sharabayko-srt-01 section 4.8.1). */
export const SRT_TICK_MS = 10;
/** Senders that are faster than that get short ones in between, after so many packets. */
const LIGHT_ACK_PACKETS = 64;
/** What is still missing is asked for again no sooner than this (section 4.8.2). */
const LEAST_NAK_INTERVAL_MS = 20;
const KEEPALIVE_MS = 1000;
/** A peer that is silent for so long is gone, as libsrt has it. */
const SILENCE_MS = 5000;
/** Timeouts that come so late mean that we were away, and what came meanwhile waits to be read. */
const AWAY_MS = 50;
/** Packets in a row that do not fit: the sender counts from somewhere else. */
const MOST_BEYOND = 1000;
/** Ranges in one request for what is missing. */
const MOST_RANGES = 180;
const NOTHING = new Uint8Array(0);

export interface SrtConnectionOptions {
  /** Our socket, and the caller's. */
  socket: number;
  peerSocket: number;
  initialSequence: number;
  /** How long a missing packet is waited for, ms. */
  latencyMs: number;
  /** Undefined: the stream comes in the clear. */
  keys: ReceiveKeys | undefined;
  nowMs: number;
  /** When the handshake came, and its timestamp. */
  calledMs: number;
  timestamp: number;
  send(packet: Uint8Array): void;
}

/** What came since the last report. */
export interface SrtReport {
  /** Packets that never came, or could not be decrypted. */
  lost: number;
  /** Packets that came and could be read. */
  received: number;
  /** Of these, those that came only by asking again. */
  repaired: number;
  /** Undefined before it is known. */
  roundTripMs: number | undefined;
}

/**
 * The receiving side of an open SRT connection in live mode. Payload is given out in order as soon as it is there; a
 * packet that is missing is asked for until the packet after it is due (TSBPD), then left out.
 */
export class SrtConnection {
  readonly socket: number;
  readonly peerSocket: number;
  readonly latencyMs: number;
  readonly #options: SrtConnectionOptions;
  readonly #buffer: ReceiveBuffer;
  readonly #clock: DeliveryClock;
  readonly #roundTrip = new SrtRoundTrip();
  readonly #acknowledgements: Acknowledgements;
  readonly #startMs: number;
  #heardMs: number;
  #timeoutMs: number;
  /** No gap is given up before. */
  #patientUntilMs: number;
  #sentMs: number;
  #ackedSequence: number;
  #ackSentMs: number;
  #ackConfirmed = true;
  #lightCount = 0;
  #nakMs: number;
  /** The missing packet at the front, and since when something waits behind it. */
  #waitingFor: number | undefined;
  #waitingSinceMs = 0;
  #beyond = 0;
  #missingBefore = 0;
  /** Those before the next payload. */
  #missingNow = 0;
  #firstRoundTripMs: number | undefined;
  #closed: "left" | "connection-lost" | "closed" | undefined;
  #report: SrtReport = { lost: 0, repaired: 0, received: 0, roundTripMs: undefined };

  constructor(options: SrtConnectionOptions) {
    const { nowMs, initialSequence } = options;
    this.#options = options;
    this.socket = options.socket;
    this.peerSocket = options.peerSocket;
    this.latencyMs = options.latencyMs;
    this.#buffer = new ReceiveBuffer(initialSequence);
    this.#clock = new DeliveryClock(options.calledMs, options.timestamp, options.latencyMs);
    this.#acknowledgements = new Acknowledgements(nowMs);
    this.#ackedSequence = initialSequence;
    this.#startMs = nowMs;
    this.#heardMs = nowMs;
    this.#timeoutMs = nowMs;
    this.#patientUntilMs = nowMs;
    this.#sentMs = nowMs;
    this.#ackSentMs = nowMs;
    this.#nakMs = nowMs;
  }

  /** Why it is over: the caller said so, it fell silent, or `close()` was called; undefined while it is open. */
  get closed(): "left" | "connection-lost" | "closed" | undefined {
    return this.#closed;
  }

  /** Packets that are missing before what `take()` gave last. */
  get missingBefore(): number {
    return this.#missingBefore;
  }

  handlePacket(nowMs: number, packet: SrtDataPacket | SrtControlPacket): void {
    if (this.#closed !== undefined) return;
    this.#heardMs = nowMs;
    if (packet.kind === "data") this.#handleData(nowMs, packet);
    else this.#handleControl(nowMs, packet);
  }

  /** Call every `SRT_TICK_MS`. */
  handleTimeout(nowMs: number): void {
    if (this.#closed !== undefined) return;
    const awayMs = nowMs - this.#timeoutMs;
    this.#timeoutMs = nowMs;
    if (awayMs > AWAY_MS) {
      this.#heardMs += awayMs;
      this.#patientUntilMs = nowMs + Math.min(awayMs / 2, this.latencyMs);
    }
    if (nowMs - this.#heardMs > SILENCE_MS) {
      this.#closed = "connection-lost";
      return;
    }
    this.#acknowledge(nowMs);
    if (this.#buffer.missing > 0 && nowMs - this.#nakMs >= this.#nakIntervalMs) {
      this.#requestAgain(nowMs, this.#buffer.missingRanges(MOST_RANGES));
    }
    if (nowMs - this.#sentMs >= KEEPALIVE_MS) this.#send(nowMs, SRT_CONTROL.keepalive, 0, 0, NOTHING);
  }

  /** The next payload in order, if it is there: call it until it is not, after each packet and timeout. */
  take(nowMs: number): Uint8Array | undefined {
    for (;;) {
      const payload = this.#buffer.take();
      if (payload === undefined) {
        if (this.#skipLate(nowMs)) continue;
        return undefined;
      }
      if (payload === GIVEN_UP) this.#missingNow += 1;
      if (payload.length === 0) continue;
      this.#missingBefore = this.#missingNow;
      this.#missingNow = 0;
      return payload;
    }
  }

  takeReport(): SrtReport {
    const report = { ...this.#report, roundTripMs: this.#roundTrip.measuredMs };
    this.#report = { lost: 0, repaired: 0, received: 0, roundTripMs: undefined };
    return report;
  }

  /** Tells the caller that it is over. */
  close(nowMs: number): void {
    if (this.#closed !== undefined) return;
    // libsrt reads the body of a shutdown as one word.
    this.#send(nowMs, SRT_CONTROL.shutdown, 0, 0, new Uint8Array(4));
    this.#closed = "closed";
  }

  get #nakIntervalMs(): number {
    const { ms, varianceMs } = this.#roundTrip;
    return Math.max(LEAST_NAK_INTERVAL_MS, (ms + 4 * varianceMs) / 2);
  }

  #handleData(nowMs: number, packet: SrtDataPacket): void {
    const { sequence, keyFlag, timestamp } = packet;
    this.#acknowledgements.arrived(packet.payload.length);
    let payload: Uint8Array | undefined = packet.payload;
    const { keys } = this.#options;
    if (keys !== undefined) payload = keys.decrypt(sequence, keyFlag, payload);
    else if (keyFlag !== 0) payload = undefined;
    // A packet that cannot be read would be none the better for being sent again.
    const outcome = this.#buffer.put(sequence, timestamp, payload ?? GIVEN_UP);
    if (outcome.kind !== "new") {
      if (outcome.kind === "beyond" && ++this.#beyond > MOST_BEYOND) this.#closed = "connection-lost";
      return;
    }
    this.#beyond = 0;
    if (payload === undefined) this.#report.lost += 1;
    else this.#report.received += 1;
    if (payload !== undefined && packet.retransmitted) this.#report.repaired += 1;
    if (outcome.gap !== undefined) this.#requestAgain(nowMs, [outcome.gap]);
    this.#lightCount += 1;
    if (this.#lightCount === LIGHT_ACK_PACKETS) {
      this.#lightCount = 0;
      this.#send(nowMs, SRT_CONTROL.ack, 0, 0, word(this.#buffer.next));
    }
  }

  #handleControl(nowMs: number, { type, subtype, information, timestamp, body }: SrtControlPacket): void {
    if (type === SRT_CONTROL.ackack) {
      const sampleMs = this.#acknowledgements.answered(nowMs, information);
      if (sampleMs === undefined) return;
      this.#ackConfirmed = true;
      this.#roundTrip.take(sampleMs);
      this.#firstRoundTripMs ??= sampleMs;
      this.#clock.takeSample(nowMs, timestamp, (this.#roundTrip.ms - this.#firstRoundTripMs) / 2);
    } else if (type === SRT_CONTROL.shutdown) {
      this.#closed = "left";
    } else if (type === SRT_CONTROL.dropRequest && body.length >= 8) {
      const view = new DataView(body.buffer, body.byteOffset, 8);
      const range = { first: view.getUint32(0) & 0x7fff_ffff, last: view.getUint32(4) & 0x7fff_ffff };
      this.#report.lost += this.#buffer.giveUp(range, timestamp);
    } else if (type === SRT_CONTROL.user && subtype === SRT_EXTENSION.keyRequest) {
      const { keys } = this.#options;
      // The answer is the message itself; without it the caller goes on with the key it has.
      if (keys?.take(body) === "taken") {
        this.#send(nowMs, SRT_CONTROL.user, SRT_EXTENSION.keyResponse, 0, body);
      }
    }
  }

  /** Goes on behind the gap at the front when the packet behind it is due; whether it did. */
  #skipLate(nowMs: number): boolean {
    if (nowMs < this.#patientUntilMs || nowMs - this.#timeoutMs > AWAY_MS) return false;
    const buffer = this.#buffer;
    const timestamp = buffer.timestampAfterGap;
    if (timestamp === undefined) return false;
    if (this.#waitingFor !== buffer.next) {
      this.#waitingFor = buffer.next;
      this.#waitingSinceMs = nowMs;
    }
    // A sender whose timestamps make no sense is not waited for longer than others.
    if (nowMs < Math.min(this.#clock.dueMs(timestamp), this.#waitingSinceMs + this.latencyMs)) return false;
    const lost = buffer.skipGap();
    this.#report.lost += lost;
    this.#missingNow += lost;
    return true;
  }

  #acknowledge(nowMs: number): void {
    const sequence = this.#buffer.next;
    const { ms, varianceMs } = this.#roundTrip;
    const again = !this.#ackConfirmed && nowMs - this.#ackSentMs > ms + 4 * varianceMs;
    if (sequence === this.#ackedSequence && !again) return;
    const [number, body] = this.#acknowledgements.next(nowMs, sequence, this.#buffer.held, this.#roundTrip);
    this.#ackedSequence = sequence;
    this.#ackSentMs = nowMs;
    this.#ackConfirmed = false;
    this.#lightCount = 0;
    this.#send(nowMs, SRT_CONTROL.ack, 0, number, body);
  }

  #requestAgain(nowMs: number, ranges: readonly SequenceRange[]): void {
    this.#nakMs = nowMs;
    this.#send(nowMs, SRT_CONTROL.nak, 0, 0, serializeLossReport(ranges));
  }

  #send(nowMs: number, type: number, subtype: number, information: number, body: Uint8Array): void {
    this.#sentMs = nowMs;
    const timestamp = Math.floor((nowMs - this.#startMs) * 1000) >>> 0;
    const destination = this.peerSocket;
    this.#options.send(serializeSrtControl({ type, subtype, information, timestamp, destination, body }));
  }
}

function word(value: number): Uint8Array {
  return new ByteWriter(4).uint32(value).finish();
}
