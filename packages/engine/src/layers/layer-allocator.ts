import { costOf } from "./layer-cost.ts";
import { ladderOf, type Rung, type SlotLadder } from "./slot-ladder.ts";
import type { Allocation, SlotDecision, SlotDemand } from "./types.ts";

/** To go up, the estimate must exceed the need by this factor ... */
const UP_MARGIN = 1.15;
/** ... for this long, ms; longer after the network has forced the slot down, up to the second. */
const UP_HOLD_MS = 1000;
const MAX_UP_HOLD_MS = 8000;
/** A slot that was not forced down for so long is trusted again. */
const CALM_MS = 20_000;
/** What is shown now counts for less, so that a frame too large is no reason to switch. */
const STAY_FACTOR = 0.9;
/** A choice by hand is obeyed from this share of its need on. */
const MANUAL_SHARE = 0.5;
/** A layer is kept flowing for a viewer whose network takes at least this share of it. */
const DESIRED_SHARE = 0.65;

interface SlotMemory {
  /** undefined: the network left no room, nothing is shown. */
  source: number | undefined;
  maxTemporalLayer: number;
  /** Wish and layers this was decided for. */
  key: string;
  /** Since when more would fit; undefined while it does not. */
  moreSinceMs: number | undefined;
  /** The least rung that would have fitted since then. */
  more: number;
  holdMs: number;
  forcedDownAtMs: number;
}

interface Candidate {
  demand: SlotDemand;
  ladder: SlotLadder;
  memory: SlotMemory | undefined;
  /** Rung shown now, -1 for none. */
  current: number;
}

/**
 * Divides one viewer's bandwidth among their video slots. Every slot, in order of priority, gets its cheapest rung first;
 * what is left raises them round by round, the first priority to the top before the next. Down at once, up only after the
 * estimate has held; the first slot that has anything to show always shows something.
 */
export class LayerAllocator {
  readonly #memories = new Map<number, SlotMemory>();

  /** `budgetBps`: what the viewer's network takes, bits per second. Slots that are not named any more are forgotten. */
  allocate(nowMs: number, budgetBps: number, demands: readonly SlotDemand[]): Allocation {
    const candidates = [...demands]
      .sort((left, right) => left.priority - right.priority)
      .map((demand) => this.#candidateOf(demand));
    const most = distribute(candidates, budgetBps, true);
    const safe = distribute(candidates, budgetBps / UP_MARGIN, false);
    const first = firstOf(candidates);
    const decisions = candidates.map((candidate, index) =>
      this.#decide(nowMs, budgetBps, candidate, {
        ...{ most: most[index]!, safe: safe[index]! },
        isFirst: index === first,
      }),
    );
    this.#forgetOthers(demands);
    return {
      decisions: decisions.map(({ decision }) => decision),
      allocatedBps: decisions.reduce((sum, { costBps }) => sum + costBps, 0),
      wantedBps: candidates.reduce((sum, { ladder }) => sum + ladder.bestCostBps, 0),
    };
  }

  #candidateOf(demand: SlotDemand): Candidate {
    const ladder = ladderOf(demand);
    const memory = this.#memories.get(demand.output);
    const current =
      memory === undefined
        ? -1
        : ladder.rungs.findIndex(
            ({ layer, maxTemporalLayer }) =>
              layer.source === memory.source && maxTemporalLayer === memory.maxTemporalLayer,
          );
    return { demand, ladder, memory, current };
  }

  #decide(
    nowMs: number,
    budgetBps: number,
    { demand, ladder, memory, current }: Candidate,
    fits: { most: number; safe: number; isFirst: boolean },
  ): { decision: SlotDecision; costBps: number } {
    const { output } = demand;
    const key = keyOf(demand);
    const isNew = memory === undefined || memory.key !== key || (memory.source !== undefined && current < 0);
    const held = this.#held(nowMs, memory, current, fits.safe);
    const least = Math.max(current, isNew || fits.isFirst ? 0 : -1);
    const index = Math.min(fits.most, Math.max(least, isNew ? fits.safe : held));
    const rung = ladder.rungs[index];
    this.#remember(nowMs, { output, key, memory, current, isNew }, rung, {
      most: fits.most,
      any: ladder.rungs.length > 0,
    });
    const desired = desiredOf(demand, ladder, budgetBps, rung);
    return {
      decision: {
        output,
        source: rung?.layer.source ?? null,
        layer: rung?.layer.id ?? null,
        maxTemporalLayer: rung?.maxTemporalLayer ?? 7,
        reason: reasonOf(demand, ladder, rung, desired),
        desired,
      },
      costBps: rung?.costBps ?? 0,
    };
  }

  /** The rung that has fitted for the whole hold; -1 for none above the current one. */
  #held(nowMs: number, memory: SlotMemory | undefined, current: number, safe: number): number {
    if (memory === undefined) return -1;
    if (safe <= current) {
      memory.moreSinceMs = undefined;
      return -1;
    }
    memory.more = memory.moreSinceMs === undefined ? safe : Math.min(memory.more, safe);
    memory.moreSinceMs ??= nowMs;
    return nowMs - memory.moreSinceMs >= memory.holdMs ? memory.more : -1;
  }

  #remember(
    nowMs: number,
    slot: { output: number; key: string; memory: SlotMemory | undefined; current: number; isNew: boolean },
    rung: Rung | undefined,
    fits: { most: number; any: boolean },
  ): void {
    const { output, key, memory, current, isNew } = slot;
    if (!fits.any) {
      this.#memories.delete(output);
      return;
    }
    const maxTemporalLayer = rung?.maxTemporalLayer ?? 7;
    const source = rung?.layer.source;
    if (memory === undefined) {
      const forcedDownAtMs = Number.NEGATIVE_INFINITY;
      this.#memories.set(output, {
        ...{ source, maxTemporalLayer, key, forcedDownAtMs },
        moreSinceMs: undefined,
        more: -1,
        holdMs: UP_HOLD_MS,
      });
      return;
    }
    const forced = !isNew && fits.most < current;
    if (forced) {
      memory.holdMs = Math.min(MAX_UP_HOLD_MS, memory.holdMs * 2);
      memory.forcedDownAtMs = nowMs;
    } else if (nowMs - memory.forcedDownAtMs > CALM_MS) memory.holdMs = UP_HOLD_MS;
    if (memory.source !== source || memory.maxTemporalLayer !== maxTemporalLayer)
      memory.moreSinceMs = undefined;
    Object.assign(memory, { source, maxTemporalLayer, key });
  }

  #forgetOthers(demands: readonly SlotDemand[]): void {
    if (this.#memories.size <= demands.length) return;
    const outputs = new Set(demands.map(({ output }) => output));
    for (const output of this.#memories.keys()) if (!outputs.has(output)) this.#memories.delete(output);
  }
}

/** The one that always shows something; -1 when nobody has anything to show. */
function firstOf(candidates: readonly Candidate[]): number {
  return candidates.findIndex(({ ladder }) => ladder.rungs.length > 0);
}

/** The best rung of every candidate within the budget, -1 for none; `stay`: what is shown is discounted. */
function distribute(candidates: readonly Candidate[], budgetBps: number, stay: boolean): number[] {
  let left = budgetBps;
  const chosen = candidates.map(() => -1);
  const costOf = ({ ladder, current }: Candidate, index: number) =>
    index < 0 ? 0 : ladder.rungs[index]!.costBps * (stay && index === current ? STAY_FACTOR : 1);
  const raise = (which: number, index: number) => {
    const candidate = candidates[which]!;
    const more = costOf(candidate, index) - costOf(candidate, chosen[which]!);
    if (more > left) return false;
    left -= more;
    chosen[which] = index;
    return true;
  };
  const first = firstOf(candidates);
  candidates.forEach((candidate, which) => {
    if (candidate.ladder.rungs.length === 0 || raise(which, 0) || which !== first) return;
    chosen[which] = 0;
    left -= costOf(candidate, 0);
  });
  candidates.forEach((candidate, which) => {
    const manual = candidate.ladder.rungs.at(-1);
    const isChosen = manual !== undefined && manual.layer.id === candidate.demand.choice;
    if (
      !isChosen ||
      chosen[which]! < 0 ||
      left + costOf(candidate, chosen[which]!) < manual.costBps * MANUAL_SHARE
    )
      return;
    left -= manual.costBps - costOf(candidate, chosen[which]!);
    chosen[which] = candidate.ladder.rungs.length - 1;
  });
  const priorities = [...new Set(candidates.map(({ demand }) => demand.priority))];
  for (const priority of priorities) {
    const group = candidates.flatMap(({ demand }, which) => (demand.priority === priority ? [which] : []));
    raiseRoundByRound(group, candidates, chosen, raise);
  }
  return chosen;
}

function raiseRoundByRound(
  group: readonly number[],
  candidates: readonly Candidate[],
  chosen: readonly number[],
  raise: (which: number, index: number) => boolean,
): void {
  for (let progress = true; progress; ) {
    progress = false;
    for (const which of group) {
      const { length } = candidates[which]!.ladder.rungs;
      // What is shown now is discounted and may fit although the step below it does not.
      for (let next = chosen[which]! + 1; next < length; next++) {
        if (!raise(which, next)) continue;
        progress = true;
        break;
      }
    }
  }
}

/** The layer worth sending although nobody shows it yet: the best whose need is nearly met, at least the lowest. */
function desiredOf(
  { layers, choice }: SlotDemand,
  { best }: SlotLadder,
  budgetBps: number,
  rung: Rung | undefined,
): number | null {
  if (best === undefined) return null;
  const affordable = layers.slice(0, layers.indexOf(best) + 1).findLast((layer, index) => {
    const share = layer.id === choice ? MANUAL_SHARE : DESIRED_SHARE;
    return budgetBps >= costOf(layers, index) * share;
  });
  return (affordable ?? rung?.layer ?? layers[0]!).source;
}

function reasonOf(
  demand: SlotDemand,
  { rungs, best }: SlotLadder,
  rung: Rung | undefined,
  desired: number | null,
): SlotDecision["reason"] {
  if (demand.layers.length === 0) return "empty";
  if (best === undefined) return "off";
  if (rung === undefined) return rungs.length > 0 ? "bandwidth" : "empty";
  // A better layer may rest because the network would not take it.
  return rung === rungs.at(-1) && (rung.layer === best || desired === best.source) ? "shown" : "bandwidth";
}

/** What the viewer wishes, and of whom: a change of either is acted on at once. */
function keyOf({ layers, width, height, choice }: SlotDemand): string {
  return `${choice} ${width}x${height} ${layers[0]?.source}`;
}
