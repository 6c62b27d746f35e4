/** What became of packets we sent, from one transport-wide feedback, in order of sending. Columns, so that nothing is allocated a packet. */
export interface PacketResults {
  readonly count: number;
  /** When each left, microseconds on our clock. */
  readonly sentMicros: Float64Array;
  /** When each arrived, microseconds on the receiver's clock; `NaN`: reported lost. */
  readonly arrivalMicros: Float64Array;
  /** UDP payload bytes. */
  readonly sizes: Uint16Array;
  /** Probe cluster 1..7, or 0. */
  readonly clusters: Uint8Array;
}

/** A measurement to be made: a burst at a steady rate. */
export interface ProbeRequest {
  /** 1..7; comes back in {@link PacketResults.clusters}. */
  cluster: number;
  rateBps: number;
  bytes: number;
}

export interface BandwidthOptions {
  /** First assumption, bits per second; default 1_000_000. */
  startBps?: number;
  /** Default 60_000. */
  minBps?: number;
  /** Default 50_000_000. */
  maxBps?: number;
}

/** The path as it looks now. */
export interface PathEstimate {
  /** What may be sent, bits per second, retransmissions included. */
  estimateBps: number;
  /** What the pacer lets through, bits per second; above the estimate, so that a keyframe does not queue for long. */
  pacingBps: number;
  /** What may leave at once after a pause, bytes. */
  burstBytes: number;
  roundTripMs: number | undefined;
  /** Share of packets lost lately, 0..1. */
  lossRatio: number;
  /** What the delay says of the bottleneck. */
  usage: "normal" | "overuse" | "underuse";
  /** false until feedback has told anything. */
  measured: boolean;
}
