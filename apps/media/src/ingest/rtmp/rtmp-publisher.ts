import type { Duplex } from "node:stream";
import { type Clock, type Log, type Random, toError } from "@sameroom/base";
import type { GoneReason } from "@sameroom/contract";
import {
  FlvDemuxer,
  type RtmpEvent,
  type RtmpPublishRequest,
  RtmpServerConnection,
} from "@sameroom/protocol";
import type { EncoderDoor, EncoderFeed } from "../encoder/types.ts";
import { refusalOf } from "./refusal.ts";

/** Commands and reports that an encoder has not read; more of them, and it never will. */
const MOST_UNREAD_BYTES = 256 * 1024;
/** So long we wait for a peer to read why it ends. */
const FAREWELL_MS = 1000;
const REPORT_INTERVAL_MS = 1000;

/** Why a connection is over, as metrics count it. */
export type RtmpEnd = Extract<RtmpEvent, { type: "closed" }>["cause"] | "peer" | "limit";

export interface RtmpPublisherOptions {
  door: EncoderDoor;
  clock: Clock;
  random: Pick<Random, "bytes">;
  /** Has the far end in its lines. */
  log: Log;
  /** Far end: `192.0.2.1:5004`. */
  from: string;
  /** It has begun to publish, or waits again. */
  onPublishing(isPublishing: boolean): void;
  /** The socket is closed. Once. */
  onGone(end: RtmpEnd): void;
}

/** What GoneReason means to somebody who publishes. */
const FAREWELLS: Partial<Record<GoneReason, string>> = {
  replaced: "Somebody else is on air in this room now.",
  ended: "The broadcast has ended.",
  shutdown: "The server is shutting down.",
};

/** One RTMP connection: its bytes to units for the door's feed. It owns the socket. */
export class RtmpPublisher {
  readonly #socket: Duplex;
  readonly #options: RtmpPublisherOptions;
  readonly #connection: RtmpServerConnection;
  #demuxer = new FlvDemuxer();
  #reported = 0;
  #feed: EncoderFeed | undefined;
  #end: RtmpEnd = "peer";
  #destroyAtMs: number | undefined;
  #reportAtMs = 0;
  #isGone = false;
  #receivedBytes = 0;

  constructor(socket: Duplex, options: RtmpPublisherOptions) {
    this.#socket = socket;
    this.#options = options;
    const { clock, random } = options;
    this.#connection = new RtmpServerConnection(clock.nowMs(), { random });
    socket.on("data", (bytes: Buffer) => this.#receive(bytes));
    // 'close' follows.
    socket.on("error", (error) => options.log.debug("an RTMP connection failed", { error: error.message }));
    socket.on("close", () => this.#gone());
  }

  /** Since the start. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Call some times a second. */
  tick(): void {
    const nowMs = this.#options.clock.nowMs();
    if (this.#destroyAtMs !== undefined && nowMs >= this.#destroyAtMs) this.#socket.destroy();
    this.#connection.handleTimeout(nowMs);
    if (this.#feed !== undefined && nowMs >= this.#reportAtMs) {
      this.#reportAtMs = nowMs + REPORT_INTERVAL_MS;
      const { roundTripMs } = this.#connection;
      const { unsupported } = this.#demuxer;
      this.#feed.transport({ unsupported, ...(roundTripMs === undefined ? {} : { roundTripMs }) });
    }
    this.#pump();
  }

  /** The server ends it; `description` is told to the encoder. */
  close(description: string): void {
    this.#connection.end(description);
    this.#pump();
  }

  /** Makes room for somebody else, without a word. */
  evict(reason: string): void {
    this.#end = "limit";
    this.#options.log.info("an RTMP connection is closed", { reason });
    this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    this.#receivedBytes += bytes.length;
    this.#connection.handleBytes(this.#options.clock.nowMs(), bytes);
    this.#pump();
  }

  #pump(): void {
    for (const event of this.#connection.takeEvents()) this.#handle(event);
    const output = this.#connection.pollOutput();
    if (output !== undefined && this.#socket.writable) this.#socket.write(output);
    if (this.#destroyAtMs !== undefined) this.#socket.end();
    else if (this.#socket.writableLength > MOST_UNREAD_BYTES) this.evict("it does not read what we send");
  }

  #handle(event: RtmpEvent): void {
    switch (event.type) {
      case "publish":
        this.#ask(event.request);
        break;
      case "media":
        this.#takeMedia(event);
        break;
      case "metadata": {
        const encoder = event.values.get("encoder");
        this.#options.log.info("an encoder tells of itself", {
          encoder: typeof encoder === "string" ? encoder.slice(0, 100) : undefined,
        });
        break;
      }
      case "unpublish":
        this.#closeFeed("left");
        this.#options.onPublishing(false);
        break;
      case "closed": {
        this.#end = event.cause;
        this.#options.log.info("an RTMP connection is closed", { cause: event.cause, reason: event.reason });
        this.#closeFeed("connection-lost");
        this.#destroyAtMs = this.#options.clock.nowMs() + FAREWELL_MS;
        // Nothing of it is read any more, but its end must be.
        this.#socket.resume();
      }
    }
  }

  #takeMedia({ kind, timestampMs, body }: Extract<RtmpEvent, { type: "media" }>): void {
    const units = this.#demuxer.take(kind, timestampMs, body);
    this.#feed?.expectSound(this.#demuxer.sound);
    for (const unit of units) this.#feed?.push(unit);
    this.#tellUnsupported();
  }

  /** No media is read until the door has said who it is. */
  #ask({ credential, room, software }: RtmpPublishRequest): void {
    this.#socket.pause();
    const { door, from, log } = this.#options;
    const opening = door.open({
      protocol: "rtmp",
      ...{ credential, room, from },
      ...(software === "" ? {} : { software }),
      onClosed: (reason) => this.#closed(reason),
    });
    opening.then(
      (feed) => this.#welcome(feed),
      (thrown: unknown) => {
        const { code, description } = refusalOf(thrown);
        log.warn("an encoder is refused", { room, reason: toError(thrown).message });
        this.#connection.refuse(code, description);
        this.#pump();
      },
    );
  }

  #welcome(feed: EncoderFeed): void {
    if (this.#isGone || !this.#connection.isAsking) {
      feed.close("connection-lost");
      return;
    }
    this.#feed = feed;
    this.#demuxer = new FlvDemuxer();
    this.#reported = 0;
    this.#options.onPublishing(true);
    this.#connection.accept(this.#options.clock.nowMs());
    this.#socket.resume();
    this.#pump();
  }

  /** The server has ended the session already. */
  #closed(reason: GoneReason): void {
    this.#feed = undefined;
    this.close(FAREWELLS[reason] ?? `The server has ended the stream (${reason}).`);
  }

  #tellUnsupported(): void {
    const { unsupported } = this.#demuxer;
    if (unsupported.length === this.#reported) return;
    this.#reported = unsupported.length;
    this.#options.log.warn("an encoder sends what we do not take", { codecs: unsupported });
  }

  #closeFeed(reason: "left" | "connection-lost"): void {
    const feed = this.#feed;
    this.#feed = undefined;
    feed?.close(reason);
  }

  #gone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#closeFeed("connection-lost");
    this.#options.onGone(this.#end);
  }
}
