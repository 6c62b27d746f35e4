import { costOf } from "./layer-cost.ts";
import { MANUAL_SHARE, type Sharer, shareBudget } from "./share-budget.ts";
import { ladderOf, type Rung, type SlotLadder } from "./slot-ladder.ts";
import type { Allocation, LayerFacts, SlotDecision, SlotDemand } from "./types.ts";
import { UpHold } from "./up-hold.ts";

/** To begin with a layer or to go up to it, the estimate must exceed the need by this factor. */
const UP_MARGIN = 1.15;
/** A layer is kept flowing for a viewer whose network takes at least this share of it. */
const DESIRED_SHARE = 0.65;
const ALL_TEMPORAL_LAYERS = 7;

/** What was decided for a slot last. */
interface SlotMemory {
  /** Undefined: nothing, for want of bandwidth. */
  source: number | undefined;
  maxTemporalLayer: number;
  /** Whom and what this was decided for. */
  wish: string;
  hold: UpHold;
}

interface Candidate extends Sharer {
  demand: SlotDemand;
  /** Undefined: new, or there was nothing to show. */
  memory: SlotMemory | undefined;
  wish: string;
}

/**
 * Divides one viewer's bandwidth among their video slots (see {@link shareBudget}) and keeps the picture steady: down at once,
 * up only after the estimate has held above the need for a while, longer after the network has forced a slot down. What
 * the viewer wishes, and whom they see, is acted on at once.
 */
export class LayerAllocator {
  readonly #memories = new Map<number, SlotMemory>();

  /** `budgetBps`: what the viewer's network takes, bits per second. Slots that are not named any more are forgotten. */
  allocate(nowMs: number, budgetBps: number, demands: readonly SlotDemand[]): Allocation {
    const candidates = demands
      .map((demand) => this.#candidateOf(demand))
      .sort((left, right) => left.priority - right.priority);
    const anew = candidates.map(({ ladder, priority, cap }) => ({ ladder, priority, cap, current: -1 }));
    const safe = shareBudget(anew, budgetBps / UP_MARGIN);
    for (const [which, candidate] of candidates.entries())
      candidate.cap = capOf(nowMs, candidate, safe[which]!);
    const chosen = shareBudget(candidates, budgetBps);
    const decisions: SlotDecision[] = [];
    let allocatedBps = 0;
    let wantedBps = 0;
    for (const [which, candidate] of candidates.entries()) {
      const { ladder, memory, current } = candidate;
      const rung = ladder.rungs[chosen[which]!];
      if (chosen[which]! < current) memory?.hold.forcedDown(nowMs);
      else if (chosen[which]! > current) memory?.hold.wentUp();
      this.#remember(candidate, rung);
      decisions.push(decisionOf(candidate, rung, budgetBps));
      allocatedBps += rung?.costBps ?? 0;
      wantedBps += ladder.bestCostBps;
    }
    this.#forgetOthers(demands);
    return { decisions, allocatedBps, wantedBps };
  }

  #candidateOf(demand: SlotDemand): Candidate {
    const memory = this.#memories.get(demand.output);
    const ladder = ladderOf(demand, memory);
    const current = ladder.rungs.findIndex(
      ({ layer, maxTemporalLayer }) =>
        layer.source === memory?.source && maxTemporalLayer === memory.maxTemporalLayer,
    );
    const { priority } = demand;
    const cap = ladder.rungs.length - 1;
    return { demand, ladder, priority, memory, current, cap, wish: wishOf(demand, ladder) };
  }

  #remember({ demand, memory, wish, ladder }: Candidate, rung: Rung | undefined): void {
    const { output } = demand;
    if (ladder.rungs.length === 0) {
      this.#memories.delete(output);
      return;
    }
    const source = rung?.layer.source;
    const maxTemporalLayer = rung?.maxTemporalLayer ?? ALL_TEMPORAL_LAYERS;
    if (memory === undefined) {
      this.#memories.set(output, { source, maxTemporalLayer, wish, hold: new UpHold() });
      return;
    }
    if (memory.source !== source || memory.maxTemporalLayer !== maxTemporalLayer) memory.hold.restart();
    Object.assign(memory, { source, maxTemporalLayer, wish });
  }

  #forgetOthers(demands: readonly SlotDemand[]): void {
    if (this.#memories.size <= demands.length) return;
    const outputs = new Set(demands.map(({ output }) => output));
    for (const output of this.#memories.keys()) if (!outputs.has(output)) this.#memories.delete(output);
  }
}

/** The highest rung a slot may go to now; `safe`: the one that fits with a margin. */
function capOf(nowMs: number, { memory, wish, current }: Candidate, safe: number): number {
  const held = memory?.hold.held(nowMs, current, safe);
  // New, or its layer is gone: something is better than nothing.
  if (memory === undefined || (memory.source !== undefined && current < 0)) return Math.max(0, safe);
  return memory.wish === wish ? held! : Math.max(current, safe);
}

function decisionOf({ demand, ladder }: Candidate, rung: Rung | undefined, budgetBps: number): SlotDecision {
  const desired = desiredOf(demand, ladder, budgetBps);
  return {
    output: demand.output,
    source: rung?.layer.source ?? null,
    layer: rung?.layer.id ?? null,
    maxTemporalLayer: rung?.maxTemporalLayer ?? ALL_TEMPORAL_LAYERS,
    reason: reasonOf(demand, ladder, rung, desired),
    desired: desired?.source ?? null,
  };
}

function reasonOf(
  { layers }: SlotDemand,
  { best, rungs }: SlotLadder,
  rung: Rung | undefined,
  desired: LayerFacts | undefined,
): SlotDecision["reason"] {
  if (layers.length === 0) return "empty";
  if (best === undefined) return "off";
  if (rung === undefined) return rungs.length > 0 ? "bandwidth" : "empty";
  // A better layer may rest because this network would not take it.
  return rung === rungs.at(-1) && (rung.layer === best || desired === best) ? "shown" : "bandwidth";
}

/**
 * The layer worth sending although it may not be shown yet: the best whose need is nearly met, so that nobody uploads what
 * none of the viewers could take.
 */
function desiredOf(
  { layers }: SlotDemand,
  { best, manual }: SlotLadder,
  budgetBps: number,
): LayerFacts | undefined {
  if (best === undefined) return undefined;
  const place = layers.indexOf(best);
  const met = (layer: LayerFacts, index: number) =>
    budgetBps >= costOf(layers, index) * (manual && layer === best ? MANUAL_SHARE : DESIRED_SHARE);
  return layers.slice(0, place + 1).findLast(met) ?? layers[0];
}

/** Whom the viewer sees and the best they want of it: when it changes, what follows is done at once. */
function wishOf({ layers, choice }: SlotDemand, { best }: SlotLadder): string {
  return `${choice} ${best?.id} ${layers[0]?.source}`;
}
