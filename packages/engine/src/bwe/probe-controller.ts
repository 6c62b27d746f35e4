import { probeBytes } from "./probe-result.ts";
import type { ProbeRequest } from "./types.ts";

/** The first probes ask for these multiples of the start rate, then for twice the last result. */
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
/** Between probes while more is wanted than there is: such that they take this share of the estimate, but within bounds. */
const PROBING_SHARE = 0.05;
const MIN_INTERVAL_MS = 2000;
const MAX_INTERVAL_MS = 8000;
/** After congestion the first probe waits for this long. */
const CALM_MS = 1000;

/** What decides whether a probe is worth its bytes. */
export interface ProbeConditions {
  estimateBps: number;
  maxBps: number;
  /** What would be sent if the network were no limit; undefined: not told. */
  wantedBps: number | undefined;
  /** Of the path, as in receiver reports. */
  jitterMs: number;
  /** No sign of a queue. */
  calm: boolean;
  /** Packets are lost for reasons that a probe may tell. */
  inDoubt: boolean;
}

/** Says when to probe how fast: at the start, while results exceed, and every few seconds while more is wanted. */
export class ProbeController {
  readonly #startBps: number;
  #cluster = 0;
  #startedProbing = false;
  #pendingBps: number | undefined;
  #pendingUntilMs = 0;
  /** Rate to try at once, as the last result called for more. */
  #nextBps: number | undefined;
  #nextAtMs = Number.NEGATIVE_INFINITY;

  constructor(startBps: number) {
    this.#startBps = startBps;
  }

  /** A probe to be made now, or undefined. */
  take(nowMs: number, conditions: ProbeConditions): ProbeRequest | undefined {
    if (this.#pendingBps !== undefined) {
      if (nowMs < this.#pendingUntilMs) return undefined;
      this.#pendingBps = undefined;
    }
    const rateBps = this.#rate(nowMs, conditions);
    if (rateBps === undefined) return undefined;
    const bytes = probeBytes(rateBps, conditions.jitterMs);
    this.#startedProbing = true;
    this.#cluster = (this.#cluster % 7) + 1;
    this.#pendingBps = rateBps;
    this.#pendingUntilMs = nowMs + TIMEOUT_MS;
    this.#nextBps = undefined;
    const intervalMs = (bytes * 8000) / (PROBING_SHARE * conditions.estimateBps);
    this.#nextAtMs = nowMs + Math.max(MIN_INTERVAL_MS, Math.min(MAX_INTERVAL_MS, intervalMs));
    return { cluster: this.#cluster, rateBps, bytes };
  }

  /** The probe under way gave this. */
  result(rateBps: number): void {
    if (this.#pendingBps === undefined) return;
    if (rateBps >= SUCCESS_SHARE * this.#pendingBps) this.#nextBps = rateBps * NEXT_FACTOR;
    this.#pendingBps = undefined;
  }

  /** Congestion: no probe for a moment. */
  congested(nowMs: number): void {
    this.#nextBps = undefined;
    this.#nextAtMs = Math.max(this.#nextAtMs, nowMs + CALM_MS);
  }

  /** The path may have recovered: probe soon. */
  hurry(nowMs: number): void {
    this.#nextAtMs = nowMs;
  }

  #rate(nowMs: number, conditions: ProbeConditions): number | undefined {
    const { estimateBps, maxBps, wantedBps, calm } = conditions;
    const limit = Math.min(
      maxBps,
      wantedBps === undefined ? Number.POSITIVE_INFINITY : wantedBps * WANTED_HEADROOM,
    );
    const sufficient = Math.min(
      maxBps,
      wantedBps === undefined ? Number.POSITIVE_INFINITY : wantedBps * SUFFICIENT,
    );
    if (estimateBps >= sufficient && !conditions.inDoubt) return undefined;
    if (!this.#startedProbing) return Math.min(this.#startBps * FIRST_FACTOR, limit);
    if (this.#nextBps !== undefined && estimateBps < sufficient) return Math.min(this.#nextBps, limit);
    if (wantedBps === undefined || !calm || nowMs < this.#nextAtMs) return undefined;
    return Math.min(estimateBps * NEXT_FACTOR, limit);
  }
}
