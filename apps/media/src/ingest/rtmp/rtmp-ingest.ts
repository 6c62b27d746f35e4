import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type Clock, type Log, logWith, type Random, type Timers } from "@sameroom/base";
import type { EncoderDoor } from "../encoder/types.ts";
import { HalfOpen, type HalfOpenLimits, type HalfOpenPlace } from "../half-open.ts";
import { type RtmpEnd, RtmpPublisher } from "./rtmp-publisher.ts";

const TICK_MS = 250;
/** Of those who have not published yet. */
const LIMITS: HalfOpenLimits = { most: 512, mostPerAddress: 32 };
/** How often it is told that somebody is turned away, at most: a flood must not fill the log. */
const REFUSALS_LOG_MS = 10_000;

export interface RtmpIngestOptions {
  door: EncoderDoor;
  clock: Clock;
  timers: Timers;
  random: Pick<Random, "bytes">;
  log: Log;
  /** Default: 512 that have not published yet, 32 of them from one address. */
  limits?: HalfOpenLimits;
}

/** All RTMP connections of a worker, from whichever listener. */
export class RtmpIngest {
  readonly #options: RtmpIngestOptions;
  readonly #halfOpen: HalfOpen;
  readonly #publishers = new Set<RtmpPublisher>();
  readonly #ends = new Map<RtmpEnd, number>();
  #publishing = 0;
  #goneBytes = 0;
  #refusedSinceLog = 0;
  #refusalLoggedMs = Number.NEGATIVE_INFINITY;
  #cancelTick: () => void;
  #whenEmpty: (() => void) | undefined;
  #isClosed = false;

  constructor(options: RtmpIngestOptions) {
    this.#options = options;
    this.#halfOpen = new HalfOpen(options.limits ?? LIMITS);
    this.#cancelTick = this.#startTick();
  }

  /** For metrics. */
  get counts(): {
    waiting: number;
    publishing: number;
    receivedBytes: number;
    ends: ReadonlyMap<RtmpEnd, number>;
  } {
    let receivedBytes = this.#goneBytes;
    for (const publisher of this.#publishers) receivedBytes += publisher.receivedBytes;
    return { waiting: this.#halfOpen.size, publishing: this.#publishing, receivedBytes, ends: this.#ends };
  }

  /** Takes over a connection. `wrap`: what to read instead of the socket, e.g. TLS on it. */
  accept(socket: Socket, wrap: (socket: Socket) => Duplex = (plain) => plain): void {
    const address = socket.remoteAddress;
    // Already gone again.
    if (address === undefined || this.#isClosed) {
      socket.destroy();
      return;
    }
    const place = this.#halfOpen.enter(address, () =>
      publisher.evict("others wait, and it does not publish"),
    );
    if (place === undefined) {
      this.#turnAway(socket, address);
      return;
    }
    socket.setNoDelay(true);
    const publisher: RtmpPublisher = this.#open(wrap(socket), {
      address,
      port: socket.remotePort ?? 0,
      place,
    });
  }

  /** Ends all connections, each with a word; resolves when they are closed. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const publisher of [...this.#publishers]) publisher.close("The server is shutting down.");
    if (this.#publishers.size > 0) await new Promise<void>((resolve) => (this.#whenEmpty = resolve));
    this.#cancelTick();
  }

  #open(
    stream: Duplex,
    { address, port, place }: { address: string; port: number; place: HalfOpenPlace },
  ): RtmpPublisher {
    const { door, clock, random, log } = this.#options;
    const from = `${address.includes(":") ? `[${address}]` : address}:${port}`;
    let current: HalfOpenPlace | undefined = place;
    let isOnAir = false;
    const publisher = new RtmpPublisher(stream, {
      ...{ door, clock, random, from },
      log: logWith(log, { protocol: "rtmp", from }),
      onPublishing: (isPublishing) => {
        current?.leave();
        isOnAir = isPublishing;
        this.#publishing += isPublishing ? 1 : -1;
        current = undefined;
        if (isPublishing) return;
        current = this.#halfOpen.enter(address, () =>
          publisher.evict("others wait, and it does not publish"),
        );
        if (current === undefined) publisher.evict("too many connections of this address do not publish");
      },
      onGone: (end) => {
        if (isOnAir) this.#publishing -= 1;
        current?.leave();
        this.#publishers.delete(publisher);
        this.#goneBytes += publisher.receivedBytes;
        this.#count(end);
        if (this.#publishers.size === 0) this.#whenEmpty?.();
      },
    });
    this.#publishers.add(publisher);
    return publisher;
  }

  #turnAway(socket: Socket, address: string): void {
    this.#count("limit");
    socket.destroy();
    this.#refusedSinceLog += 1;
    const nowMs = this.#options.clock.nowMs();
    if (nowMs - this.#refusalLoggedMs < REFUSALS_LOG_MS) return;
    this.#options.log.warn("an address has too many RTMP connections that do not publish", {
      ...{ address, refused: this.#refusedSinceLog },
    });
    this.#refusalLoggedMs = nowMs;
    this.#refusedSinceLog = 0;
  }

  #count(end: RtmpEnd): void {
    this.#ends.set(end, (this.#ends.get(end) ?? 0) + 1);
  }

  #startTick(): () => void {
    return this.#options.timers.after(TICK_MS, () => {
      for (const publisher of [...this.#publishers]) publisher.tick();
      this.#cancelTick = this.#startTick();
    });
  }
}
