import type { LayerFacts } from "./types.ts";

/** Bits for each pixel and frame: what encoders spend on faces at a fair quality. */
const BITS_PER_PIXEL = 0.08;
/** One layer next to another when nothing else is known. */
const STEP_FACTOR = 3;
const LEAST_BPS = 100_000;

/**
 * Bits per second of a layer: as measured, else guessed from its pixels, else from its neighbour. `layers` lowest first.
 */
export function costOf(layers: readonly LayerFacts[], index: number): number {
  const layer = layers[index]!;
  if (layer.bitrateBps > 0) return layer.bitrateBps;
  if (layer.width > 0 && layer.height > 0) {
    const framesPerSecond = layer.framesPerSecond > 0 ? layer.framesPerSecond : 30;
    return Math.max(LEAST_BPS, layer.width * layer.height * framesPerSecond * BITS_PER_PIXEL);
  }
  if (index > 0) return costOf(layers, index - 1) * STEP_FACTOR;
  const known = layers.findIndex((each) => each.bitrateBps > 0);
  return known < 0 ? LEAST_BPS : Math.max(LEAST_BPS, layers[known]!.bitrateBps / STEP_FACTOR ** known);
}
