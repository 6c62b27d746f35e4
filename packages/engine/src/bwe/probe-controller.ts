import { probeBytes } from "./probe-result.ts";
import type { ProbeRequest } from "./types.ts";

/** The first probe asks for this multiple of the start rate, the ones after it for twice the last result. */
const FIRST_FACTOR = 3;
const NEXT_FACTOR = 2;
/** A result of this share of the rate asked for says that there may be more. */
const SUCCESS_SHARE = 0.7;
/** Of what the viewer could use at most. */
const WANTED_HEADROOM = 1.5;
/** The estimate suffices when it exceeds what is wanted by this factor. */
const SUFFICIENT = 1.25;
/** A probe without a result by then was not sent, or is lost. */
const TIMEOUT_MS = 1500;
/** A probe that noise has spoilt is made again, longer, so often. */
const MAX_RETRIES = 2;
/** Between probes while more is wanted than there is: such that they take this share of the estimate, but within bounds. */
const PROBING_SHARE = 0.05;
const MIN_INTERVAL_MS = 2000;
const MAX_INTERVAL_MS = 8000;
/** After congestion the first probe waits for this long. */
const CALM_MS = 1000;
/** Congestion so soon after a probe has raised the estimate was its doing: each time the next ones wait twice as long. */
const BLAME_MS = 8000;
const MAX_PATIENCE = 8;
/** Without such congestion for so long all is forgiven. */
const FORGIVEN_MS = 30_000;

/** What decides whether a probe is worth its bytes. */
export interface ProbeConditions {
  estimateBps: number;
  maxBps: number;
  /** What would be sent if the network were no limit; undefined: not told. */
  wantedBps: number | undefined;
  /** Noise of the delays on this path. */
  noiseMs: number;
  /** No sign of a queue. */
  calm: boolean;
  /** Packets are lost for reasons that a probe may tell. */
  inDoubt: boolean;
}

/** Says when to probe how fast: at the start, while results exceed, and every few seconds while more is wanted. */
export class ProbeController {
  #cluster = 0;
  #pendingBps: number | undefined;
  #pendingUntilMs = 0;
  /** Rate to try at once: the first, or as the last result called for. */
  #nextBps: number | undefined;
  #nextAtMs = Number.NEGATIVE_INFINITY;
  #urgent = false;
  #retries = 0;
  #raisedMs = Number.NEGATIVE_INFINITY;
  #blamedMs = Number.NEGATIVE_INFINITY;
  #patience = 1;

  constructor(startBps: number) {
    this.#nextBps = startBps * FIRST_FACTOR;
  }

  /** A probe to be made now, or undefined. */
  take(nowMs: number, conditions: ProbeConditions): ProbeRequest | undefined {
    if (this.#pendingBps !== undefined) {
      if (nowMs < this.#pendingUntilMs) return undefined;
      this.#pendingBps = undefined;
    }
    const rateBps = this.#rate(nowMs, conditions);
    if (rateBps === undefined) return undefined;
    const bytes = probeBytes(rateBps, conditions.noiseMs);
    this.#cluster = (this.#cluster % 7) + 1;
    this.#pendingBps = rateBps;
    this.#pendingUntilMs = nowMs + TIMEOUT_MS;
    this.#nextBps = undefined;
    this.#urgent = false;
    if (nowMs - this.#blamedMs > FORGIVEN_MS) this.#patience = 1;
    const shareMs = (bytes * 8000) / (PROBING_SHARE * conditions.estimateBps);
    const intervalMs = this.#patience * Math.max(MIN_INTERVAL_MS, shareMs);
    this.#nextAtMs = nowMs + Math.min(MAX_INTERVAL_MS, intervalMs);
    return { cluster: this.#cluster, rateBps: Math.round(rateBps), bytes };
  }

  /** The probe under way gave this; undefined: nothing that can be relied on. */
  result(nowMs: number, rateBps: number | undefined, estimateBps: number): void {
    if (this.#pendingBps === undefined) return;
    if (rateBps === undefined) {
      if (this.#retries < MAX_RETRIES) this.#nextBps = this.#pendingBps;
      this.#retries += 1;
    } else {
      this.#retries = 0;
      if (rateBps > estimateBps) this.#raisedMs = nowMs;
      if (rateBps >= SUCCESS_SHARE * this.#pendingBps) this.#nextBps = rateBps * NEXT_FACTOR;
    }
    this.#pendingBps = undefined;
  }

  /** Congestion: no probe for a moment. */
  congested(nowMs: number): void {
    this.#nextBps = undefined;
    if (nowMs - this.#raisedMs < BLAME_MS) {
      this.#raisedMs = Number.NEGATIVE_INFINITY;
      this.#patience = Math.min(MAX_PATIENCE, this.#patience * 2);
      this.#blamedMs = nowMs;
    }
    this.#nextAtMs = Math.max(this.#nextAtMs, nowMs + CALM_MS * this.#patience);
  }

  /** The path is back after an outage, or another one: try `rateBps` at once, whatever the estimate. */
  hurry(nowMs: number, rateBps: number): void {
    this.#pendingBps = undefined;
    this.#nextBps = rateBps;
    this.#nextAtMs = nowMs;
    this.#urgent = true;
  }

  #rate(nowMs: number, conditions: ProbeConditions): number | undefined {
    const { estimateBps, maxBps, wantedBps } = conditions;
    const wanted = wantedBps ?? Number.POSITIVE_INFINITY;
    const limit = Math.min(maxBps, wanted * WANTED_HEADROOM);
    const short = estimateBps < Math.min(maxBps, wanted * SUFFICIENT);
    if ((short || this.#urgent) && this.#nextBps !== undefined) return Math.min(this.#nextBps, limit);
    if (!short && !conditions.inDoubt) return undefined;
    if (wantedBps === undefined || !conditions.calm || nowMs < this.#nextAtMs) return undefined;
    return Math.min(estimateBps * NEXT_FACTOR, limit);
  }
}
