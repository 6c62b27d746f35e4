import {
  type Allocation,
  LayerAllocator,
  type LayerFacts,
  type SlotDecision,
  type SlotDemand,
} from "@sameroom/engine";
import type { SlotOutput } from "./slot-output.ts";

/** What a viewer wishes for one video slot. */
export interface SlotWishes {
  width: number | undefined;
  height: number | undefined;
  priority: number;
  /** `auto`, `off`, or a layer's id. */
  choice: string;
}

interface Entry {
  output: SlotOutput;
  wishes: SlotWishes;
  demand: SlotDemand;
  decision: SlotDecision | undefined;
  /** What the track was last told of this slot. */
  shownSource: number | null;
  desired: number | null;
}

const NO_LAYERS: readonly LayerFacts[] = [];

/** Chooses the layer of each of one viewer's video slots and carries it out. */
export class ViewerLayers {
  readonly #allocator = new LayerAllocator();
  readonly #entries: readonly Entry[];
  readonly #demands: SlotDemand[] = [];
  #wantedBps = 0;

  constructor(outputs: readonly SlotOutput[]) {
    this.#entries = outputs.map((output, priority) => {
      const wishes: SlotWishes = { width: undefined, height: undefined, priority, choice: "auto" };
      const demand = { output: output.slot.output, layers: NO_LAYERS, ...wishes };
      return { output, wishes, demand, decision: undefined, shownSource: null, desired: null };
    });
  }

  /** Bits per second if the network were no limit, as of the last allocation. */
  get wantedBps(): number {
    return this.#wantedBps;
  }

  wishesOf(output: SlotOutput): SlotWishes | undefined {
    return this.#entryOf(output)?.wishes;
  }

  decisionOf(output: SlotOutput): SlotDecision | undefined {
    return this.#entryOf(output)?.decision;
  }

  /** Decides for all slots within the budget, and attaches what was decided. */
  allocate(nowMs: number, budgetBps: number): void {
    this.#demands.length = 0;
    for (const { output, demand, wishes } of this.#entries) {
      if (output.track === undefined) continue;
      demand.layers = output.track.layers;
      demand.width = wishes.width;
      demand.height = wishes.height;
      demand.priority = wishes.priority;
      demand.choice = layerChoice(wishes.choice, demand.layers);
      this.#demands.push(demand);
    }
    if (this.#demands.length === 0) {
      this.#wantedBps = 0;
      return;
    }
    const allocation = this.#allocator.allocate(nowMs, budgetBps, this.#demands);
    this.#wantedBps = allocation.wantedBps;
    this.#carryOut(allocation);
  }

  /** The slot shows nobody any more, or somebody else: what it was shown is not wanted by it. */
  release(output: SlotOutput): void {
    const entry = this.#entryOf(output);
    if (entry === undefined) return;
    output.track?.wish(output.slot.output, []);
    entry.decision = undefined;
    entry.shownSource = null;
    entry.desired = null;
  }

  #carryOut({ decisions }: Allocation): void {
    for (const decision of decisions) {
      const entry = this.#entries.find(({ demand }) => demand.output === decision.output)!;
      entry.decision = decision;
      const { output } = entry;
      this.#wish(entry, decision);
      if (decision.source === null) {
        output.detach();
        continue;
      }
      const stream = output.track?.stream(decision.source);
      if (stream === undefined) continue;
      output.attach({ stream, maxTemporalLayer: decision.maxTemporalLayer, redundant: false });
    }
  }

  #wish(entry: Entry, { source, desired }: SlotDecision): void {
    if (entry.shownSource === source && entry.desired === desired) return;
    entry.shownSource = source;
    entry.desired = desired;
    const sources = [source, desired].filter((each) => each !== null);
    entry.output.track?.wish(entry.output.slot.output, sources);
  }

  #entryOf(output: SlotOutput): Entry | undefined {
    return this.#entries.find((entry) => entry.output === output);
  }
}

/** A layer that this publisher does not send at all leaves the choice to us. */
function layerChoice(choice: string, layers: readonly LayerFacts[]): string {
  if (choice === "auto" || choice === "off") return choice;
  return layers.some(({ id }) => id === choice) ? choice : "auto";
}
