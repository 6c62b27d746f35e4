import { ByteWriter } from "../bytes/byte-writer.ts";
import { SRT_FLAG, serializeSrtCapabilities } from "./capabilities.ts";
import { writeExtensionText } from "./extension-text.ts";
import {
  parseSrtHandshake,
  SRT_HANDSHAKE,
  type SrtHandshake,
  type SrtHandshakeExtension,
  serializeSrtHandshake,
} from "./handshake.ts";
import { parseLossReport } from "./loss-report.ts";
import {
  parseSrtPacket,
  SRT_CONTROL,
  SRT_EXTENSION,
  type SrtControlPacket,
  serializeSrtControl,
} from "./packet.ts";
import type { SenderKeysFixture } from "./sender-keys.fixture.ts";
import { sequenceAfter, sequenceDistance } from "./sequence-number.ts";

/** What an ordinary caller in live mode says of itself. */
export const CALLER_FLAGS = 0x3f | SRT_FLAG.filter;

export interface CallerOptions {
  streamId?: string;
  latencyMs?: number;
  keys?: SenderKeysFixture;
  initialSequence?: number;
  /** Its own clock: ms and factor against the time it is told. */
  clockOffsetMs?: number;
  clockRate?: number;
  /** More extensions, or other ones. */
  extensions?: SrtHandshakeExtension[];
  flags?: number;
  version?: number;
}

/** The calling side of SRT, sending: as much of it as the receiver is tested with. */
export class CallerFixture {
  readonly socket = 0x2bad_cafe & 0x3fff_ffff;
  /** Packets that wait to be sent. */
  output: Uint8Array[] = [];
  state: "calling" | "open" | "closed" | "rejected" = "calling";
  rejection = 0;
  answer: SrtHandshake | undefined;
  /** Keepalives and ACKs that came. */
  readonly heard = { keepalive: 0, ack: 0, lightAck: 0, nak: 0, keyResponse: 0 };
  /** The newest sequence that is acknowledged, and what the last full ACK said. */
  acknowledged = 0;
  ackBody = new Uint8Array(0);
  readonly #options: CallerOptions;
  readonly #sent = new Map<number, { timestamp: number; payload: Uint8Array; keyFlag: number }>();
  #sequence: number;
  #peerSocket = 0;
  #cookie: number | undefined;

  constructor(options: CallerOptions = {}) {
    this.#options = options;
    this.#sequence = options.initialSequence ?? 1000;
    this.acknowledged = this.#sequence;
  }

  /** The handshake it is at, again. */
  call(nowMs: number): void {
    if (this.#cookie !== undefined) this.conclude(nowMs, this.#cookie);
    else this.#handshake(nowMs, { version: 4, extensionField: 2, type: SRT_HANDSHAKE.induction });
  }

  handle(nowMs: number, bytes: Uint8Array): void {
    const packet = parseSrtPacket(bytes);
    if (packet?.kind !== "control" || packet.destination !== this.socket) return;
    const { type, information, body } = packet;
    if (type === SRT_CONTROL.handshake) this.#handleHandshake(nowMs, packet);
    else if (type === SRT_CONTROL.keepalive) this.heard.keepalive += 1;
    else if (type === SRT_CONTROL.shutdown) this.state = "closed";
    else if (type === SRT_CONTROL.user) this.heard.keyResponse += 1;
    else if (type === SRT_CONTROL.nak) this.#resend(body);
    else if (type === SRT_CONTROL.ack) {
      const sequence = new DataView(body.buffer, body.byteOffset).getUint32(0);
      for (; sequenceDistance(this.acknowledged, sequence) > 0; ) {
        this.#sent.delete(this.acknowledged);
        this.acknowledged = sequenceAfter(this.acknowledged);
      }
      if (information === 0) {
        this.heard.lightAck += 1;
        return;
      }
      this.heard.ack += 1;
      this.ackBody = body.slice();
      this.control(nowMs, SRT_CONTROL.ackack, 0, information);
    }
  }

  /** Sends a payload; `lose`: it takes the number and never leaves. */
  send(nowMs: number, payload: Uint8Array, lose = false): number {
    const sequence = this.#sequence;
    this.#sequence = sequenceAfter(sequence);
    const { keys } = this.#options;
    const sealed = keys?.encrypt(sequence, payload) ?? payload;
    const entry = { timestamp: this.#timestamp(nowMs), payload: sealed, keyFlag: keys?.flag ?? 0 };
    this.#sent.set(sequence, entry);
    if (!lose) this.output.push(this.#data(sequence, entry, false));
    return sequence;
  }

  /** Forgets packets that it was asked for too late, and says so. */
  drop(nowMs: number, first: number, last: number): void {
    for (let sequence = first; sequenceDistance(sequence, last) >= 0; sequence = sequenceAfter(sequence)) {
      this.#sent.delete(sequence);
    }
    this.control(nowMs, SRT_CONTROL.dropRequest, 0, 0, new ByteWriter(8).uint32(first).uint32(last).finish());
  }

  /** Tells the receiver of a new key. */
  announceKey(nowMs: number, message: Uint8Array): void {
    this.control(nowMs, SRT_CONTROL.user, SRT_EXTENSION.keyRequest, 0, message);
  }

  control(
    nowMs: number,
    type: number,
    subtype = 0,
    information = 0,
    body: Uint8Array = new Uint8Array(4),
  ): void {
    const [timestamp, destination] = [this.#timestamp(nowMs), this.#peerSocket];
    this.output.push(serializeSrtControl({ type, subtype, information, timestamp, destination, body }));
  }

  #handleHandshake(nowMs: number, { body }: SrtControlPacket): void {
    const handshake = parseSrtHandshake(body);
    if (handshake === undefined) return;
    if (handshake.type === SRT_HANDSHAKE.induction) {
      this.#cookie = handshake.cookie;
      this.conclude(nowMs, handshake.cookie);
    } else if (handshake.type === SRT_HANDSHAKE.conclusion) {
      this.answer = handshake;
      this.#peerSocket = handshake.socket;
      this.state = "open";
    } else {
      this.state = "rejected";
      this.rejection = handshake.type;
    }
  }

  /** The second handshake. */
  conclude(nowMs: number, cookie: number): void {
    const { streamId = "publish:key", latencyMs = 120, keys, extensions = [], flags } = this.#options;
    const { version = 5 } = this.#options;
    const capabilities = { version: 0x0001_0501, flags: flags ?? CALLER_FLAGS };
    const latencies = { receiverLatencyMs: 0, senderLatencyMs: latencyMs };
    const all = [
      {
        type: SRT_EXTENSION.handshakeRequest,
        content: serializeSrtCapabilities({ ...capabilities, ...latencies }),
      },
      ...(keys === undefined ? [] : [{ type: SRT_EXTENSION.keyRequest, content: keys.message() }]),
      { type: SRT_EXTENSION.streamId, content: writeExtensionText(streamId) },
      ...extensions,
    ];
    const type = SRT_HANDSHAKE.conclusion;
    this.#handshake(nowMs, { version, extensionField: 5, type, cookie, extensions: all });
  }

  #handshake(nowMs: number, fields: Partial<SrtHandshake>): void {
    const body = serializeSrtHandshake({
      ...{ version: 5, encryption: 0, extensionField: 0, initialSequence: this.#sequence, mtu: 1500 },
      ...{ flowWindow: 8192, type: 1, socket: this.socket, cookie: 0, peerAddress: new Uint8Array(16) },
      ...{ extensions: [], ...fields },
    });
    this.output.push(
      serializeSrtControl({
        ...{ type: SRT_CONTROL.handshake, subtype: 0, information: 0, body },
        ...{ timestamp: this.#timestamp(nowMs), destination: 0 },
      }),
    );
  }

  #resend(body: Uint8Array): void {
    this.heard.nak += 1;
    for (const { first, last } of parseLossReport(body)) {
      for (let sequence = first; sequenceDistance(sequence, last) >= 0; sequence = sequenceAfter(sequence)) {
        const entry = this.#sent.get(sequence);
        if (entry !== undefined) this.output.push(this.#data(sequence, entry, true));
      }
    }
  }

  #data(
    sequence: number,
    { timestamp, payload, keyFlag }: { timestamp: number; payload: Uint8Array; keyFlag: number },
    again: boolean,
  ): Uint8Array {
    const flags = 0xc000_0000 + keyFlag * 0x0800_0000 + (again ? 0x0400_0000 : 0);
    const writer = new ByteWriter(1500).uint32(sequence).uint32(flags + (sequence & 0x3ff_ffff));
    return writer.uint32(timestamp).uint32(this.#peerSocket).bytes(payload).finish();
  }

  #timestamp(nowMs: number): number {
    const { clockOffsetMs = 0, clockRate = 1 } = this.#options;
    return Math.floor((nowMs * clockRate + clockOffsetMs) * 1000) % 0x1_0000_0000;
  }
}
