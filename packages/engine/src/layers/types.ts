/** One encoding of a publisher's picture, as it arrives now. */
export interface LayerFacts {
  /** Id on the wire. */
  source: number;
  /** RID, or `single`. */
  id: string;
  /** Pixels; 0 while unknown. */
  width: number;
  height: number;
  framesPerSecond: number;
  /** Bits per second, smoothed over about a second; 0 while unknown. */
  bitrateBps: number;
  /**
   * Share of the bit rate that temporal layers up to each index need, ascending to 1, e.g. `[0.5, 0.7, 1]`; `[1]` without
   * temporal layers.
   */
  temporalShares: readonly number[];
  /** Frames come. A layer that does not flow can be wanted, but not shown. */
  flowing: boolean;
}

/** What one viewer wants in one video slot. */
export interface SlotDemand {
  /** Id of the output on the wire. */
  output: number;
  /** Layers of whoever is in the slot, lowest first. */
  layers: readonly LayerFacts[];
  /** Element on screen in device pixels; undefined: unknown, anything goes; 0: not visible. */
  width: number | undefined;
  height: number | undefined;
  /** 0 first. */
  priority: number;
  /** `auto`, `off`, or a layer's id. */
  choice: string;
}

/** What one slot is to show. */
export interface SlotDecision {
  output: number;
  /** Source to show from its next keyframe on, or null for nothing. */
  source: number | null;
  /** Id of that layer. */
  layer: string | null;
  /** Highest temporal layer to send; 7 for all. */
  maxTemporalLayer: number;
  /** Why it is not more. */
  reason: "shown" | "bandwidth" | "off" | "empty";
  /** Source this slot would show if the network allowed; it is kept flowing although nobody shows it. */
  desired: number | null;
}

/** Decisions for every slot, and what the best of everything wanted would take (for probing). */
export interface Allocation {
  decisions: readonly SlotDecision[];
  /** Bits per second of what is shown. */
  allocatedBps: number;
  /** Bits per second if the network were no limit. */
  wantedBps: number;
}
