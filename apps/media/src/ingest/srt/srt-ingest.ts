import { type Clock, type Log, logWith, type Timers, toError } from "@sameroom/base";
import type { GoneReason } from "@sameroom/contract";
import {
  formatTransportAddress,
  parsePublishStreamId,
  SRT_TICK_MS,
  type SrtAddress,
  type SrtCall,
  type SrtConnection,
  SrtListener,
  type SrtRejection,
  srtVersionText,
} from "@sameroom/protocol";
import type { EncoderDoor, EncoderFeed } from "../encoder/types.ts";
import { createNodeSrtCrypto } from "./node-srt-crypto.ts";
import { rejectionOf } from "./rejection-of.ts";
import { MOST_SRT_LATENCY_MS } from "./srt-config.ts";
import { SrtPublisher } from "./srt-publisher.ts";
import { UdpListener } from "./udp-listener.ts";

const LIMITS = { mostWaiting: 256, mostWaitingPerAddress: 32, mostConnections: 4096 };
/** How often it is told that somebody is turned away, at most: callers try again at once, and a flood must not fill the log. */
const REFUSALS_LOG_MS = 10_000;

export interface SrtIngestOptions {
  door: EncoderDoor;
  clock: Clock;
  timers: Timers;
  log: Log;
  /** Addresses to listen on. */
  bind: readonly string[];
  /** 0: one the kernel chooses. */
  port: number;
  passphrase: string | undefined;
  latencyMs: number;
}

/** For metrics. */
export interface SrtCounts {
  waiting: number;
  publishing: number;
  receivedBytes: number;
  refused: ReadonlyMap<SrtRejection, number>;
  dropped: Readonly<Record<string, number>>;
}

/** All SRT connections of a worker, on one port. */
export class SrtIngest {
  readonly #options: SrtIngestOptions;
  readonly #listener: SrtListener;
  readonly #publishers = new Map<SrtConnection, SrtPublisher>();
  readonly #refused = new Map<SrtRejection, number>();
  #udp: UdpListener | undefined;
  #cancelTick: (() => void) | undefined;
  #goneBytes = 0;
  #refusalLoggedMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  /** Starts listening; rejects when a port is taken. */
  static async open(options: SrtIngestOptions): Promise<SrtIngest> {
    const ingest = new SrtIngest(options);
    ingest.#udp = await UdpListener.open(options.bind, options.port, (bytes, from) =>
      ingest.#receive(bytes, from),
    );
    return ingest;
  }

  private constructor(options: SrtIngestOptions) {
    const { passphrase, latencyMs } = options;
    this.#options = options;
    this.#listener = new SrtListener({
      ...{ crypto: createNodeSrtCrypto(), passphrase, latencyMs, mostLatencyMs: MOST_SRT_LATENCY_MS },
      ...LIMITS,
    });
  }

  get port(): number {
    return this.#udp?.port ?? 0;
  }

  get counts(): SrtCounts {
    let receivedBytes = this.#goneBytes;
    for (const publisher of this.#publishers.values()) receivedBytes += publisher.receivedBytes;
    const { waiting, dropped } = this.#listener;
    return { waiting, publishing: this.#publishers.size, receivedBytes, refused: this.#refused, dropped };
  }

  /** Hangs up on everybody. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelTick?.();
    const nowMs = this.#options.clock.nowMs();
    for (const [connection, publisher] of this.#publishers) {
      connection.close(nowMs);
      publisher.end();
    }
    this.#publishers.clear();
    this.#send();
    await this.#udp?.close();
  }

  #receive(bytes: Uint8Array, from: SrtAddress): void {
    const nowMs = this.#options.clock.nowMs();
    const connection = this.#listener.handleDatagram(nowMs, bytes, from);
    if (connection !== undefined) this.#publishers.get(connection)?.drain(nowMs);
    for (const call of this.#listener.pollCalls()) this.#answer(call);
    for (const refusal of this.#listener.pollRefusals()) this.#tellRefusal(refusal.from, refusal.why);
    this.#send();
  }

  #answer(call: SrtCall): void {
    this.#startTick();
    const stream = parsePublishStreamId(call.streamId);
    if (typeof stream === "string") {
      this.#reject(call, stream === "mode" ? "badMode" : "badRequest");
      return;
    }
    // Between the door's yes and ours the session may end again.
    const link: { publisher: SrtPublisher | undefined; closed?: GoneReason } = { publisher: undefined };
    const opening = this.#options.door.open({
      ...{ protocol: "srt", credential: stream.key, room: stream.room, from: addressText(call.from) },
      software: `libsrt/${srtVersionText(call.version)}`,
      onClosed: (reason) => {
        link.closed = reason;
        link.publisher?.closed(this.#options.clock.nowMs(), reason);
        this.#send();
      },
    });
    opening.then(
      (feed) => {
        if (link.closed === undefined) link.publisher = this.#welcome(call, feed);
        else this.#reject(call, "down");
      },
      (thrown: unknown) => this.#reject(call, rejectionOf(thrown), toError(thrown).message),
    );
  }

  #welcome(call: SrtCall, feed: EncoderFeed): SrtPublisher | undefined {
    const nowMs = this.#options.clock.nowMs();
    const connection = this.#isClosed ? undefined : this.#listener.accept(nowMs, call);
    if (connection === undefined) {
      feed.close("connection-lost");
      return undefined;
    }
    const log = logWith(this.#options.log, { protocol: "srt", from: addressText(call.from) });
    const { room, session } = feed;
    log.info("an SRT connection is open", {
      room,
      session,
      latencyMs: call.latencyMs,
      keyBits: call.keyBits,
    });
    const publisher = new SrtPublisher({ connection, feed, log, nowMs });
    this.#publishers.set(connection, publisher);
    this.#send();
    return publisher;
  }

  #reject(call: SrtCall, why: SrtRejection, reason?: string): void {
    this.#listener.reject(call, why);
    this.#tellRefusal(call.from, why, reason);
    this.#send();
  }

  #tellRefusal(from: SrtAddress, why: SrtRejection, reason?: string): void {
    this.#refused.set(why, (this.#refused.get(why) ?? 0) + 1);
    const nowMs = this.#options.clock.nowMs();
    if (nowMs - this.#refusalLoggedMs < REFUSALS_LOG_MS) return;
    this.#refusalLoggedMs = nowMs;
    this.#options.log.warn("an encoder is refused", {
      ...{
        protocol: "srt",
        from: addressText(from),
        why,
        reason,
        refused: Object.fromEntries(this.#refused),
      },
    });
  }

  /** Runs while there is somebody to run it for. */
  #startTick(): void {
    this.#cancelTick ??= this.#options.timers.after(SRT_TICK_MS, () => {
      this.#cancelTick = undefined;
      this.#tick();
      if (this.#listener.connections > 0 || this.#listener.waiting > 0) this.#startTick();
    });
  }

  #tick(): void {
    const nowMs = this.#options.clock.nowMs();
    const over = this.#listener.handleTimeout(nowMs);
    for (const publisher of this.#publishers.values()) publisher.tick(nowMs);
    for (const connection of over) this.#forget(connection);
    this.#send();
  }

  #forget(connection: SrtConnection): void {
    const publisher = this.#publishers.get(connection);
    if (publisher === undefined) return;
    this.#publishers.delete(connection);
    this.#goneBytes += publisher.receivedBytes;
    publisher.end();
  }

  #send(): void {
    for (let out = this.#listener.pollOutput(); out !== undefined; out = this.#listener.pollOutput()) {
      this.#udp?.send(out.bytes, out.to);
    }
  }
}

function addressText({ ip, port }: SrtAddress): string {
  return formatTransportAddress(ip, port);
}
