import type { LossObservations } from "./loss-observations.ts";

/** An observation's weight against the one after it. */
const AGEING = 0.8;
const LEAST_LOSS = 0.0005;
const SEARCH_STEPS = 12;

/**
 * What one loss counts as evidence, 0..1: losses that come in bursts are not independent, a burst is one event.
 */
export function evidencePerLoss(observations: LossObservations): number {
  let lost = 0;
  let runs = 0;
  for (let index = 0; index < observations.length; index++) {
    lost += observations.lost(index);
    runs += observations.runs(index);
  }
  return lost > 0 ? Math.min(1, Math.max(1, runs) / lost) : 1;
}

/**
 * How well "a bottleneck of `capacityBps`, and besides it a constant share of loss" explains the observations: what a
 * rate exceeds the bottleneck by is lost, and of the rest a share that does not depend on the rate. Logarithmic
 * likelihood; the share is the best there is up to `maxInherent`.
 */
export function explainLosses(
  observations: LossObservations,
  capacityBps: number,
  maxInherent: number,
): number {
  // The likelihood has one maximum over the share: golden-section search finds it.
  let low = LEAST_LOSS;
  let high = maxInherent;
  for (let step = 0; step < SEARCH_STEPS; step++) {
    const left = low + (high - low) * 0.382;
    const right = low + (high - low) * 0.618;
    if (likelihood(observations, capacityBps, left) < likelihood(observations, capacityBps, right))
      low = left;
    else high = right;
  }
  return likelihood(observations, capacityBps, (low + high) / 2);
}

function likelihood(observations: LossObservations, capacityBps: number, inherent: number): number {
  let sum = 0;
  let weight = 1;
  for (let index = 0; index < observations.length; index++) {
    const rate = observations.rate(index);
    const passing = (rate > capacityBps ? capacityBps / rate : 1) * (1 - inherent);
    const lost = observations.lost(index);
    sum += weight * (lost * Math.log(1 - passing) + (observations.packets(index) - lost) * Math.log(passing));
    weight *= AGEING;
  }
  return sum;
}
