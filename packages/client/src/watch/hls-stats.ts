import type { HlsCounters, HlsTimes } from "../hls/hls-player.ts";
import type { WatchStats } from "../types.ts";
import { SteadyConnection } from "./connection-quality.ts";

/** How often statistics are told, ms. */
const INTERVAL_MS = 1000;
const TOLERANCE_MS = 150;

/** What one look at an HLS player showed. */
export interface HlsReading {
  atMs: number;
  counters: HlsCounters;
  times: HlsTimes | null;
  /** The server's time, ms since 1970; null while unknown. */
  serverUnixMs: number | null;
  /** Time spent frozen since the last look, ms. */
  frozenMs: number;
  /** A smaller picture than there is, because the network takes no more. */
  held: boolean;
}

/** The statistics of the hls path, out of what its player counts. Pure: time comes with the readings. */
export class HlsStats {
  #told: HlsReading | undefined;
  #freezes = 0;
  #frozenMs = 0;
  #wasFrozen = false;
  #intervalFrozenMs = 0;
  #connection = new SteadyConnection();
  current: WatchStats | null = null;

  /** Statistics to tell, when it is time. */
  take(reading: HlsReading): WatchStats | undefined {
    const frozen = reading.frozenMs > 0;
    if (frozen && !this.#wasFrozen) this.#freezes += 1;
    this.#wasFrozen = frozen;
    this.#frozenMs += reading.frozenMs;
    this.#intervalFrozenMs += reading.frozenMs;
    const before = this.#told;
    if (before !== undefined && reading.atMs - before.atMs < INTERVAL_MS - TOLERANCE_MS) return undefined;
    this.#told = reading;
    const frozenMs = this.#intervalFrozenMs;
    this.#intervalFrozenMs = 0;
    if (before === undefined) return undefined;
    const seconds = (reading.atMs - before.atMs) / 1000;
    const { counters, times, serverUnixMs } = reading;
    const rate = (now: number, then: number) => Math.max(0, now - then) / seconds;
    const connection = this.#connection.take({
      lossRatio: 0,
      roundTripMs: counters.roundTripMs,
      jitterMs: 0,
      frozenRatio: frozenMs / (seconds * 1000),
      concealedRatio: 0,
      reason: reading.held ? "bandwidth" : "shown",
      silent: frozenMs >= seconds * 1000 && counters.bytes === before.counters.bytes,
    });
    this.current = {
      path: "hls",
      latencyMs: times === null || serverUnixMs === null ? null : Math.max(0, serverUnixMs - times.atUnixMs),
      roundTripMs: counters.roundTripMs,
      bitrate: rate(counters.bytes, before.counters.bytes) * 8,
      framesPerSecond: Math.round(rate(counters.framesDecoded, before.counters.framesDecoded)),
      width: counters.width,
      height: counters.height,
      lossRatio: 0,
      freezes: this.#freezes,
      frozenMs: this.#frozenMs,
      jitterMs: 0,
      repairedPackets: 0,
      concealedRatio: 0,
      connection,
    };
    return this.current;
  }
}
