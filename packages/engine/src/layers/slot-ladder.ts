import { costOf } from "./layer-cost.ts";
import type { LayerFacts, SlotDemand } from "./types.ts";

/** One step of what a slot may show. */
export interface Rung {
  layer: LayerFacts;
  /** 7: all temporal layers. */
  maxTemporalLayer: number;
  costBps: number;
}

/** What a slot may show, cheapest first, and the best it may come to. */
export interface SlotLadder {
  /** None costs less than the one before. */
  rungs: readonly Rung[];
  /** Best layer by size and choice, whether it flows or not; undefined when nothing is wanted. */
  best: LayerFacts | undefined;
  bestCostBps: number;
  /** `best` was chosen by hand. */
  manual: boolean;
}

/** A rung to be kept although it is hardly worth while: what the slot shows now. */
export type KeptRung = Readonly<{ source: number | undefined; maxTemporalLayer: number }>;

const NOTHING: SlotLadder = { rungs: [], best: undefined, bestCostBps: 0, manual: false };
/** An element may be this much larger than the picture before the next layer is worth its bits. */
const MAX_ENLARGEMENT = 1.18;
/** Half the frames of a bigger picture are better than all of a smaller one only if the step between them is a big one. */
const TEMPORAL_STEP_FACTOR = 1.2;
const ALL_TEMPORAL_LAYERS = 7;

/**
 * The ladder of one slot: layers within its size and choice. Temporal layers are steps below the lowest layer, and one step
 * (half the frames) below each other layer that is much dearer than its neighbour.
 */
export function ladderOf(demand: SlotDemand, kept?: KeptRung): SlotLadder {
  const { layers } = demand;
  if (layers.length === 0 || demand.choice === "off" || demand.width === 0 || demand.height === 0)
    return NOTHING;
  const chosen = layers.findIndex((layer) => layer.id === demand.choice);
  // A layer chosen by hand outranks the element's size.
  const cap = chosen < 0 ? sizeCap(demand) : chosen;
  const rungs: Rung[] = [];
  layers.forEach((layer, index) => {
    // Too big a picture is better than none.
    if (layer.flowing && (index <= cap || rungs.length === 0))
      addLayer(rungs, layer, costOf(layers, index), kept);
  });
  return { rungs, best: layers[cap], bestCostBps: costOf(layers, cap), manual: chosen >= 0 };
}

function addLayer(rungs: Rung[], layer: LayerFacts, measuredBps: number, kept: KeptRung | undefined): void {
  const below = rungs.at(-1)?.costBps ?? 0;
  // Measured for a moment only, a better layer may seem cheaper: it is not counted on.
  const costBps = Math.max(below, measuredBps);
  const lowest = rungs.length === 0;
  const steps = layer.temporalShares.length - 1;
  for (let temporal = 0; temporal < steps; temporal++) {
    const share = costBps * layer.temporalShares[temporal]!;
    const shown = kept?.source === layer.source && kept.maxTemporalLayer === temporal;
    const half = temporal === steps - 1 && share > below * TEMPORAL_STEP_FACTOR;
    if (lowest || half || (shown && share > below))
      rungs.push({ layer, maxTemporalLayer: temporal, costBps: share });
  }
  rungs.push({ layer, maxTemporalLayer: ALL_TEMPORAL_LAYERS, costBps });
}

/** The smallest layer that fills the element without visible enlargement. */
function sizeCap({ layers, width, height }: SlotDemand): number {
  if (width === undefined || height === undefined) return layers.length - 1;
  const enough = layers.findIndex(
    (layer) =>
      layer.width > 0 &&
      layer.height > 0 &&
      Math.min(width / layer.width, height / layer.height) <= MAX_ENLARGEMENT,
  );
  return enough < 0 ? layers.length - 1 : enough;
}
