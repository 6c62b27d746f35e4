import type { ConnectionQuality, QualityState } from "../types.ts";

/** What one interval of watching showed. */
export interface ConnectionEvidence {
  /** Share of packets lost on the way, 0..1, before repair. */
  lossRatio: number;
  roundTripMs: number | null;
  jitterMs: number;
  /** Share of the interval in which the picture stood still, 0..1. */
  frozenRatio: number;
  /** Share of the sound that was made up, 0..1. */
  concealedRatio: number;
  /** Why the picture is what it is, or null while unknown. */
  reason: QualityState["reason"] | null;
  /** Nothing at all came through. */
  silent: boolean;
}

/** From here on a connection is in that word's range. */
const LIMITS = {
  weak: { lossRatio: 0.08, roundTripMs: 400, jitterMs: 100, frozenRatio: 0.1, concealedRatio: 0.05 },
  good: { lossRatio: 0.02, roundTripMs: 150, jitterMs: 30, frozenRatio: 0.001, concealedRatio: 0.01 },
} as const;

/** The connection in a word, as a viewer would say it. */
export function connectionQualityOf(evidence: ConnectionEvidence): ConnectionQuality {
  const exceeds = (limits: Record<keyof (typeof LIMITS)["weak"], number>) =>
    (Object.keys(limits) as (keyof typeof limits)[]).some((key) => (evidence[key] ?? 0) >= limits[key]);
  if (evidence.silent) return "lost";
  if (evidence.reason === "bandwidth" || exceeds(LIMITS.weak)) return "weak";
  return exceeds(LIMITS.good) ? "good" : "excellent";
}

const WORST_FIRST: readonly ConnectionQuality[] = ["lost", "weak", "good", "excellent"];
/** Readings in a row that must be better before a better word is said. */
const BETTER_AFTER = 3;

/** Says the worse word at once and the better one after a while, so that it does not flicker. */
export class SteadyConnection {
  #word: ConnectionQuality;
  #better: ConnectionQuality[] = [];

  constructor(word: ConnectionQuality = "excellent") {
    this.#word = word;
  }

  take(evidence: ConnectionEvidence): ConnectionQuality {
    const word = connectionQualityOf(evidence);
    const rank = (one: ConnectionQuality) => WORST_FIRST.indexOf(one);
    this.#better = rank(word) > rank(this.#word) ? [...this.#better, word] : [];
    if (rank(word) < rank(this.#word)) this.#word = word;
    // Whatever comes through is no longer lost.
    else if (this.#better.length >= BETTER_AFTER || (this.#word === "lost" && this.#better.length > 0)) {
      this.#word = WORST_FIRST[Math.min(...this.#better.map(rank))]!;
      this.#better = [];
    }
    return this.#word;
  }
}
