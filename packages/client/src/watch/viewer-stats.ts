import type { QualityState, WatchStats } from "../types.ts";
import { SteadyConnection } from "./connection-quality.ts";
import { readWatchStats, type WatchReading } from "./watch-stats.ts";

/** How often statistics are told, ms. */
const INTERVAL_MS = 1000;
/** Looks at the connection are not exactly on time. */
const TOLERANCE_MS = 150;

/** The statistics of a watch over all its connections: what is read often, told once a second, with a word for it. */
export class ViewerStats {
  #reading: WatchReading | undefined;
  /** What the last told statistics were about. */
  #told: WatchReading | undefined;
  #stats: WatchStats | null = null;
  #connection = new SteadyConnection();

  /** The newest reading since {@link restart}. */
  get reading(): WatchReading | undefined {
    return this.#reading;
  }

  /** As they were told last. */
  get current(): WatchStats | null {
    return this.#stats;
  }

  /** Connected, again: rates begin anew. */
  restart(): void {
    this.#reading = undefined;
    this.#told = undefined;
  }

  /** Reads a report; `serverUnixMs` is the node's time now, null when unknown. */
  read(report: RTCStatsReport, now: { ms: number; serverUnixMs: number | null }): WatchReading {
    this.#reading = readWatchStats(report, this.#told, now);
    return this.#reading;
  }

  /** Statistics to tell, when it is time; `reason`: why the picture is what it is. */
  tell(reading: WatchReading, reason: QualityState["reason"] | null): WatchStats | undefined {
    const before = this.#told;
    if (before !== undefined && reading.atMs - before.atMs < INTERVAL_MS - TOLERANCE_MS) return undefined;
    this.#told = reading;
    if (before === undefined) return undefined;
    const { stats } = reading;
    const connection = this.#connection.take({
      ...stats,
      frozenRatio: Math.max(0, stats.frozenMs - before.stats.frozenMs) / (reading.atMs - before.atMs),
      reason,
      // Where nothing is sent, nothing has to come.
      silent: stats.bitrate === 0 && before.stats.bitrate > 0 && reading.received === before.received,
    });
    this.#stats = { ...stats, connection };
    return this.#stats;
  }

  /** The path is gone, and no statistics come over it; what is to be told of that, once. */
  lose(): WatchStats | undefined {
    if (this.#stats === null || this.#stats.connection === "lost") return undefined;
    this.#connection = new SteadyConnection("lost");
    this.#stats = { ...this.#stats, bitrate: 0, framesPerSecond: 0, connection: "lost" };
    return this.#stats;
  }
}
