import type { LossObservations } from "./loss-observations.ts";

/** An observation's weight against the one after it. */
const AGEING = 0.9;
const LEAST_LOSS = 0.0005;
const SEARCH_STEPS = 12;

/**
 * How well "a bottleneck of `capacityBps`, and besides it a constant share of loss" explains the observations: what a
 * rate exceeds the bottleneck by is lost, and of the rest a share that does not depend on the rate. Logarithmic
 * likelihood; the share is the best there is up to `maxInherent`.
 */
export function explainLosses(
  observations: LossObservations,
  capacityBps: number,
  maxInherent: number,
): { logLikelihood: number; inherent: number } {
  // The likelihood has one maximum over the share: golden-section search on a logarithmic scale is not needed at this precision.
  let low = LEAST_LOSS;
  let high = maxInherent;
  for (let step = 0; step < SEARCH_STEPS; step++) {
    const left = low + (high - low) * 0.382;
    const right = low + (high - low) * 0.618;
    if (likelihood(observations, capacityBps, left) < likelihood(observations, capacityBps, right))
      low = left;
    else high = right;
  }
  const inherent = (low + high) / 2;
  return { logLikelihood: likelihood(observations, capacityBps, inherent), inherent };
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
