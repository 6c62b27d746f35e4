import { addressGroup } from "@sameroom/base";
import { AddressBudget } from "./address-budget.ts";
import { answerConclusion } from "./answer-conclusion.ts";
import { SrtConnection } from "./connection.ts";
import type { SrtCrypto } from "./crypto.ts";
import {
  parseSrtHandshake,
  SRT_HANDSHAKE,
  SRT_MAGIC,
  type SrtHandshake,
  serializeSrtHandshake,
} from "./handshake.ts";
import { parseSrtPacket, SRT_CONTROL, type SrtControlPacket, serializeSrtControl } from "./packet.ts";
import { readConclusion } from "./read-conclusion.ts";
import { ReceiveKeys } from "./receive-keys.ts";
import { rejectionType, type SrtRejection } from "./rejection.ts";
import { type SrtAddress, SynCookies } from "./syn-cookie.ts";

/** Callers give up after three seconds by default. */
const CALL_TIMEOUT_MS = 5000;

export interface SrtListenerOptions {
  crypto: SrtCrypto;
  /** Undefined: streams come in the clear. */
  passphrase: string | undefined;
  /** How long a missing packet is waited for at least, and the most a caller may ask for, ms. */
  latencyMs: number;
  mostLatencyMs: number;
  /** Calls that wait to be accepted: in all, and from one address (of IPv6, 64 bits of it). */
  mostWaiting: number;
  mostWaitingPerAddress: number;
  /** Open connections. */
  mostConnections: number;
}

/** A caller that wants in; answer with `accept` or `reject`. */
export interface SrtCall {
  readonly from: SrtAddress;
  readonly streamId: string;
  /** Of the caller's libsrt, as `0x00010503`. */
  readonly version: number;
  /** What both sides agree on, ms. */
  readonly latencyMs: number;
  /** Length of the key it encrypts with, in bits; 0: it does not. */
  readonly keyBits: number;
}

interface WaitingCall extends SrtCall {
  handshake: SrtHandshake;
  keys: ReceiveKeys | undefined;
  keyMaterial: Uint8Array | undefined;
  atMs: number;
  timestamp: number;
}

interface OpenConnection {
  connection: SrtConnection;
  from: SrtAddress;
  callerKey: string;
  /** Callers repeat their handshake until they have the answer. */
  answer: SrtHandshake;
}

export interface SrtDatagram {
  readonly to: SrtAddress;
  readonly bytes: Uint8Array;
}

/** A caller that was turned away, for the log. */
export interface SrtRefusal {
  readonly from: SrtAddress;
  readonly why: SrtRejection;
}

/**
 * The listening end of SRT (draft-sharabayko-srt-01), receiving only: many callers on one port, told apart by their stream id.
 * Sans-IO: datagrams and time come in, datagrams come out by `pollOutput()`. Never throws, whatever comes.
 */
export class SrtListener {
  /** Datagrams that were dropped, by reason. */
  readonly dropped = { malformed: 0, unknown: 0, cookie: 0, budget: 0 };
  readonly #options: SrtListenerOptions;
  readonly #cookies: SynCookies;
  readonly #budget = new AddressBudget();
  readonly #waiting = new Map<string, WaitingCall>();
  readonly #open = new Map<number, OpenConnection>();
  readonly #openByCaller = new Map<string, OpenConnection>();
  readonly #calls: SrtCall[] = [];
  readonly #refusals: SrtRefusal[] = [];
  readonly #output: SrtDatagram[] = [];

  constructor(options: SrtListenerOptions) {
    this.#options = options;
    this.#cookies = new SynCookies(options.crypto);
  }

  get connections(): number {
    return this.#open.size;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** The connection that the datagram was for: take its payload. */
  handleDatagram(nowMs: number, bytes: Uint8Array, from: SrtAddress): SrtConnection | undefined {
    const packet = parseSrtPacket(bytes);
    if (packet === undefined) {
      this.dropped.malformed += 1;
      return undefined;
    }
    const open = this.#open.get(packet.destination);
    if (open !== undefined && open.from.port === from.port && open.from.ip === from.ip) {
      open.connection.handlePacket(nowMs, packet);
      return open.connection;
    }
    if (packet.destination === 0 && packet.kind === "control" && packet.type === SRT_CONTROL.handshake) {
      this.#handleHandshake(nowMs, packet, from);
    } else this.dropped.unknown += 1;
    return undefined;
  }

  /** Call every `SRT_TICK_MS` while there are connections or calls. Returns connections that are over, which are forgotten. */
  handleTimeout(nowMs: number): SrtConnection[] {
    const over: SrtConnection[] = [];
    for (const [key, call] of this.#waiting) {
      if (nowMs - call.atMs > CALL_TIMEOUT_MS) this.#waiting.delete(key);
    }
    for (const [socket, { connection, callerKey }] of this.#open) {
      connection.handleTimeout(nowMs);
      if (connection.closed === undefined) continue;
      this.#open.delete(socket);
      this.#openByCaller.delete(callerKey);
      over.push(connection);
    }
    return over;
  }

  pollOutput(): SrtDatagram | undefined {
    return this.#output.shift();
  }

  /** Callers that wait for an answer. */
  pollCalls(): SrtCall[] {
    return this.#calls.splice(0);
  }

  pollRefusals(): SrtRefusal[] {
    return this.#refusals.splice(0);
  }

  /** Lets the caller in; undefined when it has given up meanwhile. */
  accept(nowMs: number, call: SrtCall): SrtConnection | undefined {
    const key = this.#forget(call);
    if (key === undefined) return undefined;
    const waiting = call as WaitingCall;
    const { from, handshake, keys, keyMaterial, latencyMs } = waiting;
    const socket = this.#freeSocket();
    const connection = new SrtConnection({
      ...{ socket, peerSocket: handshake.socket, initialSequence: handshake.initialSequence },
      ...{ latencyMs, keys, nowMs, calledMs: waiting.atMs, timestamp: waiting.timestamp },
      send: (bytes) => this.#output.push({ to: from, bytes }),
    });
    const answer = answerConclusion(handshake, { socket, latencyMs, keyMaterial, keyBits: waiting.keyBits });
    const open = { connection, from, callerKey: key, answer };
    this.#open.set(socket, open);
    this.#openByCaller.set(key, open);
    this.#sendHandshake(from, handshake.socket, answer);
    return connection;
  }

  /** Turns the caller away and tells it why. */
  reject(call: SrtCall, why: SrtRejection): void {
    if (this.#forget(call) !== undefined) this.#reject((call as WaitingCall).handshake, call.from, why);
  }

  #handleHandshake(nowMs: number, { body, timestamp }: SrtControlPacket, from: SrtAddress): void {
    const handshake = parseSrtHandshake(body);
    if (handshake === undefined) this.dropped.malformed += 1;
    else if (handshake.type === SRT_HANDSHAKE.induction) this.#invite(nowMs, handshake, from);
    else if (handshake.type !== SRT_HANDSHAKE.conclusion) this.dropped.unknown += 1;
    else if (!this.#cookies.isGood(nowMs, from, handshake.cookie)) this.dropped.cookie += 1;
    else this.#conclude(nowMs, handshake, timestamp, from);
  }

  /** Answers as long as the question was, and keeps nothing. */
  #invite(nowMs: number, handshake: SrtHandshake, from: SrtAddress): void {
    const cookie = this.#cookies.make(nowMs, from);
    const answer = { ...handshake, version: 5, encryption: 0, extensionField: SRT_MAGIC, cookie };
    this.#sendHandshake(from, handshake.socket, answer);
  }

  #conclude(nowMs: number, handshake: SrtHandshake, timestamp: number, from: SrtAddress): void {
    const callerKey = `${from.ip} ${from.port} ${handshake.socket}`;
    const open = this.#openByCaller.get(callerKey);
    if (open !== undefined) {
      this.#sendHandshake(from, handshake.socket, open.answer);
      return;
    }
    if (this.#waiting.has(callerKey)) return;
    if (!this.#budget.take(nowMs, addressGroup(from.ip))) {
      this.dropped.budget += 1;
      return;
    }
    const terms = this.#negotiate(handshake, from);
    if (typeof terms === "string") {
      this.#refusals.push({ from, why: terms });
      this.#reject(handshake, from, terms);
      return;
    }
    const call: WaitingCall = { ...terms, from, handshake, atMs: nowMs, timestamp };
    this.#waiting.set(callerKey, call);
    this.#calls.push(call);
  }

  /** What both sides can do; why not otherwise. */
  #negotiate(
    handshake: SrtHandshake,
    from: SrtAddress,
  ):
    | Pick<WaitingCall, "streamId" | "version" | "latencyMs" | "keyBits" | "keys" | "keyMaterial">
    | SrtRejection {
    const conclusion = readConclusion(handshake);
    if (typeof conclusion === "string") return conclusion;
    const { capabilities, keyMaterial, streamId } = conclusion;
    if (!this.#hasRoom(from)) return "resource";
    const keys = this.#readKeys(keyMaterial);
    if (typeof keys === "string") return keys;
    const { latencyMs, mostLatencyMs } = this.#options;
    return {
      ...{ streamId, keys, keyMaterial, version: capabilities.version, keyBits: keys?.bits ?? 0 },
      latencyMs: Math.min(mostLatencyMs, Math.max(latencyMs, capabilities.senderLatencyMs)),
    };
  }

  #readKeys(keyMaterial: Uint8Array | undefined): ReceiveKeys | SrtRejection | undefined {
    const { passphrase, crypto } = this.#options;
    if ((passphrase === undefined) !== (keyMaterial === undefined)) return "unsecure";
    if (passphrase === undefined || keyMaterial === undefined) return undefined;
    const keys = new ReceiveKeys({ passphrase, crypto });
    const taken = keys.take(keyMaterial);
    if (taken === "taken") return keys;
    return taken === "secret" ? "badSecret" : taken === "cipher" ? "crypto" : "rogue";
  }

  #hasRoom({ ip }: SrtAddress): boolean {
    const group = addressGroup(ip);
    const { mostWaiting, mostWaitingPerAddress, mostConnections } = this.#options;
    if (this.#waiting.size >= mostWaiting) return false;
    if (this.#waiting.size + this.#open.size >= mostConnections) return false;
    let same = 0;
    for (const { from } of this.#waiting.values()) if (addressGroup(from.ip) === group) same += 1;
    return same < mostWaitingPerAddress;
  }

  /** The key of a call that still waited. */
  #forget(call: SrtCall): string | undefined {
    for (const [key, waiting] of this.#waiting) {
      if (waiting !== call) continue;
      this.#waiting.delete(key);
      return key;
    }
    return undefined;
  }

  #freeSocket(): number {
    for (;;) {
      const bytes = this.#options.crypto.randomBytes(4);
      // 30 bits: the others mark groups.
      const socket = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) & 0x3fff_ffff;
      if (socket !== 0 && !this.#open.has(socket)) return socket;
    }
  }

  #reject(handshake: SrtHandshake, from: SrtAddress, why: SrtRejection): void {
    const type = rejectionType(why);
    this.#sendHandshake(from, handshake.socket, { ...handshake, version: 5, type, extensions: [] });
  }

  #sendHandshake(to: SrtAddress, destination: number, handshake: SrtHandshake): void {
    const body = serializeSrtHandshake(handshake);
    const type = SRT_CONTROL.handshake;
    const bytes = serializeSrtControl({ type, subtype: 0, information: 0, timestamp: 0, destination, body });
    this.#output.push({ to, bytes });
  }
}
