import type { PathEstimate } from "./types.ts";

/** Of the acknowledged rate, kept after overuse (draft-ietf-rmcat-gcc-02 section 5.5). */
const BETA = 0.85;
/** Growth far from congestion, per second. */
const GROWTH_PER_SECOND = 1.08;
/** The estimate grows to this multiple of what arrives, and no further: beyond it nothing is known. */
const HEADROOM = 1.5;
const PACKET_BITS = 9600;
/** From sending more to hearing of it, on top of the round trip, ms. */
const RESPONSE_MS = 100;

/** Rates at which bytes arrive lately; undefined: not yet known. */
export interface ArrivalRates {
  /** Over the last 200 ms. */
  shortBps: number | undefined;
  /** Over the last half second. */
  longBps: number | undefined;
}

/**
 * Delay-based rate control: up by factors far from the last point of congestion, by steps near it, down to a share of
 * what arrives (draft-ietf-rmcat-gcc-02 section 5.5).
 */
export class AimdRateControl {
  #rateBps: number;
  #updatedMs = Number.NaN;
  #decreasedMs = Number.NEGATIVE_INFINITY;
  #holding = false;
  /** Mean and normalised variance of the rate at which congestion began. */
  #capacityBps = Number.NaN;
  #capacityVariance = 0.4;

  constructor(startBps: number) {
    this.#rateBps = startBps;
  }

  get rateBps(): number {
    return this.#rateBps;
  }

  /** When the rate was last lowered, ms. */
  get decreasedMs(): number {
    return this.#decreasedMs;
  }

  /** Sets the rate: a probe or a limit knows better. */
  set(rateBps: number): void {
    this.#rateBps = rateBps;
    if (rateBps > this.#capacityUpperBps) this.#capacityBps = Number.NaN;
  }

  /** Takes what the delay says; `grow` false keeps the rate from rising. */
  update(
    nowMs: number,
    usage: PathEstimate["usage"],
    rates: ArrivalRates,
    options: { roundTripMs: number; grow: boolean },
  ): void {
    const elapsedMs = Number.isNaN(this.#updatedMs)
      ? 0
      : Math.max(0, Math.min(1000, nowMs - this.#updatedMs));
    this.#updatedMs = nowMs;
    if (usage === "overuse") this.#decrease(nowMs, rates, options.roundTripMs);
    else if (usage === "underuse") this.#holding = true;
    else if (this.#holding) this.#holding = false;
    else if (options.grow) this.#increase(elapsedMs, rates, options.roundTripMs);
  }

  #decrease(nowMs: number, rates: ArrivalRates, roundTripMs: number): void {
    this.#holding = true;
    const arriving = rates.shortBps ?? rates.longBps;
    const pauseMs = Math.max(50, Math.min(200, roundTripMs)) + RESPONSE_MS;
    const wayOff = arriving !== undefined && this.#rateBps > 2 * arriving;
    if (nowMs - this.#decreasedMs < pauseMs && !wayOff) return;
    const target = BETA * (arriving ?? this.#rateBps);
    if (target < this.#rateBps) this.#rateBps = target;
    this.#decreasedMs = nowMs;
    if (arriving !== undefined) this.#noteCapacity(arriving);
  }

  #increase(elapsedMs: number, rates: ArrivalRates, roundTripMs: number): void {
    const arriving = rates.longBps;
    if (arriving === undefined) return;
    if (arriving > this.#capacityUpperBps) this.#capacityBps = Number.NaN;
    const grown = Number.isNaN(this.#capacityBps)
      ? this.#rateBps * GROWTH_PER_SECOND ** (elapsedMs / 1000) + elapsedMs
      : this.#rateBps + (PACKET_BITS * elapsedMs) / (roundTripMs + RESPONSE_MS);
    const limit = HEADROOM * arriving + 10_000;
    this.#rateBps = Math.max(this.#rateBps, Math.min(grown, limit));
  }

  get #capacityUpperBps(): number {
    if (Number.isNaN(this.#capacityBps)) return Number.POSITIVE_INFINITY;
    return this.#capacityBps + 3 * Math.sqrt(this.#capacityVariance * this.#capacityBps * 1000);
  }

  /** Exponential mean (0.05) of the rates at congestion; a rate far below the mean starts it anew. */
  #noteCapacity(rateBps: number): void {
    const spread = 3 * Math.sqrt(this.#capacityVariance * (this.#capacityBps || 0) * 1000);
    if (Number.isNaN(this.#capacityBps) || rateBps < this.#capacityBps - spread) {
      this.#capacityBps = rateBps;
      return;
    }
    const error = rateBps - this.#capacityBps;
    this.#capacityBps += 0.05 * error;
    const normalised = (error * error) / (this.#capacityBps * 1000);
    this.#capacityVariance = Math.max(0.4, Math.min(2.5, 0.95 * this.#capacityVariance + 0.05 * normalised));
  }
}
