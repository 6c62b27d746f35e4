import type { Log } from "@sameroom/base";
import type { GoneReason } from "@sameroom/contract";
import { MpegTsDemuxer, type SrtConnection } from "@sameroom/protocol";
import type { EncoderFeed } from "../encoder/types.ts";

/** About how often the door is told of losses. */
const REPORT_INTERVAL_MS = 1000;
/** Whoever sends nothing that can be shown for so long only keeps the room from others. */
const NOTHING_TO_SHOW_MS = 10_000;

/** Seven packets of a transport stream fit one of ours: with three, so many may be missing that their counts do not show it. */
const HIDDEN_GAP = 3;

export interface SrtPublisherOptions {
  connection: Pick<SrtConnection, "take" | "missingBefore" | "takeReport" | "close" | "closed">;
  feed: EncoderFeed;
  /** Has the far end in its lines. */
  log: Log;
  nowMs: number;
}

/** One SRT connection: its MPEG-TS to units for the door's feed. It owns the feed, not the connection. */
export class SrtPublisher {
  readonly #options: SrtPublisherOptions;
  readonly #demuxer = new MpegTsDemuxer();
  #feed: EncoderFeed | undefined;
  #unitMs: number;
  #reportedMs: number;
  #unsupported = 0;
  #receivedBytes = 0;

  constructor(options: SrtPublisherOptions) {
    this.#options = options;
    this.#feed = options.feed;
    this.#unitMs = options.nowMs;
    this.#reportedMs = options.nowMs;
  }

  /** Since the start. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Takes what the connection has. */
  drain(nowMs: number): void {
    const { connection } = this.#options;
    for (let payload = connection.take(nowMs); payload !== undefined; payload = connection.take(nowMs)) {
      this.#receivedBytes += payload.length;
      if (connection.missingBefore >= HIDDEN_GAP) this.#demuxer.lost();
      const units = this.#demuxer.push(payload);
      if (units.length === 0) continue;
      this.#unitMs = nowMs;
      this.#feed?.expectSound(this.#demuxer.sound);
      for (const unit of units) this.#feed?.push(unit);
    }
  }

  /** Call after each timeout of the connection. */
  tick(nowMs: number): void {
    this.drain(nowMs);
    if (nowMs - this.#unitMs >= NOTHING_TO_SHOW_MS) {
      const { skippedBytes } = this.#demuxer.faults;
      this.#options.log.warn("an SRT connection is closed: it brings no pictures and no sound", {
        ...{ receivedBytes: this.#receivedBytes, skippedBytes, unsupported: this.#demuxer.unsupported },
      });
      this.#options.connection.close(nowMs);
      return;
    }
    if (nowMs - this.#reportedMs >= REPORT_INTERVAL_MS) this.#report(nowMs);
  }

  /** The server has ended the session: the caller is told, without a reason, as SRT has none. */
  closed(nowMs: number, reason: GoneReason): void {
    this.#feed = undefined;
    this.#options.log.info("the server ends an SRT connection", { reason });
    this.#options.connection.close(nowMs);
  }

  /** The connection is over. */
  end(): void {
    const feed = this.#feed;
    this.#feed = undefined;
    if (feed === undefined) return;
    for (const unit of this.#demuxer.end()) feed.push(unit);
    const reason = this.#options.connection.closed === "left" ? "left" : "connection-lost";
    feed.close(reason);
    this.#options.log.info("an SRT connection is over", { reason });
  }

  #report(nowMs: number): void {
    this.#reportedMs = nowMs;
    const { lost, repaired, received, roundTripMs } = this.#options.connection.takeReport();
    const all = lost + received;
    const { unsupported } = this.#demuxer;
    this.#feed?.transport({
      ...(unsupported.length === 0 ? {} : { unsupported }),
      ...(all === 0 ? {} : { lossRatio: lost / all, repairedRatio: repaired / all }),
      ...(roundTripMs === undefined ? {} : { roundTripMs }),
    });
    if (unsupported.length <= this.#unsupported) return;
    this.#unsupported = unsupported.length;
    this.#options.log.warn("an encoder sends what we do not take", { codecs: unsupported });
  }
}
