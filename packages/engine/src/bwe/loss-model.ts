import type { LossObservations } from "./loss-observations.ts";

/** An observation's weight against the one after it. */
const AGEING = 0.8;
const LEAST_LOSS = 0.0005;
const SEARCH_STEPS = 8;

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
 * likelihood with the best share up to `maxInherent`.
 */
export function explainLosses(
  observations: LossObservations,
  capacityBps: number,
  maxInherent: number,
): number {
  // The likelihood is concave in the share: bisection of its slope.
  let low = LEAST_LOSS;
  let high = maxInherent;
  for (let step = 0; step < SEARCH_STEPS; step++) {
    const middle = (low + high) / 2;
    if (slope(observations, capacityBps, middle) > 0) low = middle;
    else high = middle;
  }
  return likelihood(observations, capacityBps, (low + high) / 2);
}

function likelihood(observations: LossObservations, capacityBps: number, inherent: number): number {
  let sum = 0;
  let weight = 1;
  for (let index = 0; index < observations.length; index++) {
    const passing = passingShare(observations.rate(index), capacityBps) * (1 - inherent);
    const lost = observations.lost(index);
    if (lost > 0) sum += weight * lost * Math.log(1 - passing);
    sum += weight * (observations.packets(index) - lost) * Math.log(passing);
    weight *= AGEING;
  }
  return sum;
}

/** Of the likelihood over the inherent share. */
function slope(observations: LossObservations, capacityBps: number, inherent: number): number {
  let sum = 0;
  let weight = 1;
  for (let index = 0; index < observations.length; index++) {
    const share = passingShare(observations.rate(index), capacityBps);
    const lost = observations.lost(index);
    const gain = lost > 0 ? (lost * share) / (1 - share * (1 - inherent)) : 0;
    sum += weight * (gain - (observations.packets(index) - lost) / (1 - inherent));
    weight *= AGEING;
  }
  return sum;
}

/** Share of a rate that a bottleneck lets through. */
function passingShare(rateBps: number, capacityBps: number): number {
  return rateBps > capacityBps ? capacityBps / rateBps : 1;
}
