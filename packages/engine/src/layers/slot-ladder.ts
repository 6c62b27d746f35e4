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
  rungs: readonly Rung[];
  /** Best layer by size and choice, whether it flows or not; undefined when nothing is wanted. */
  best: LayerFacts | undefined;
  bestCostBps: number;
}

const NOTHING: SlotLadder = { rungs: [], best: undefined, bestCostBps: 0 };
/** An element may be this much larger than the picture before the next layer is worth its bits. */
const MAX_ENLARGEMENT = 1.18;
/** Half the frames of a bigger picture are better than all of a smaller one only if the step between them is a big one. */
const TEMPORAL_STEP_FACTOR = 1.2;
const ALL_TEMPORAL_LAYERS = 7;

/** The ladder of one slot: layers within its size and choice; temporal layers as steps between them. */
export function ladderOf(demand: SlotDemand): SlotLadder {
  const { layers } = demand;
  if (layers.length === 0 || demand.choice === "off" || demand.width === 0 || demand.height === 0)
    return NOTHING;
  const chosen = layers.findIndex((layer) => layer.id === demand.choice);
  // A layer chosen by hand outranks the element's size.
  const cap = chosen < 0 ? sizeCap(demand) : chosen;
  const flowing = layers.map((layer, index) => ({ layer, index })).filter(({ layer }) => layer.flowing);
  const within = flowing.filter(({ index }) => index <= cap);
  // Too big a picture is better than none.
  const usable = within.length > 0 ? within : flowing.slice(0, 1);
  const rungs: Rung[] = [];
  for (const { layer, index } of usable) {
    const below = rungs.at(-1)?.costBps ?? 0;
    // Measured for a moment, a better layer may seem cheaper: it is not counted on.
    const costBps = Math.max(below, costOf(layers, index));
    const shares = layer.temporalShares;
    for (let temporal = 0; temporal < shares.length - 1; temporal++) {
      const share = costBps * shares[temporal]!;
      const lowest = rungs.length === 0 || rungs[0]!.layer === layer;
      const half = temporal === shares.length - 2 && share > below * TEMPORAL_STEP_FACTOR;
      if (lowest || half) rungs.push({ layer, maxTemporalLayer: temporal, costBps: share });
    }
    rungs.push({ layer, maxTemporalLayer: ALL_TEMPORAL_LAYERS, costBps });
  }
  return { rungs, best: layers[cap], bestCostBps: costOf(layers, cap) };
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
