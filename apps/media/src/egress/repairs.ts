import { NackPatience, ResendBudget } from "@sameroom/engine";
import type { OutputId, Wire } from "@sameroom/native";

/** What comes later than this after it was due is of no use to a viewer who wants to stay within half a second. */
const LATENCY_BUDGET_MS = 450;

/** Answers one viewer's NACKs: within a budget, and only with what still comes in time. */
export class Repairs {
  readonly #wire: Pick<Wire, "resend" | "outputStats">;
  readonly #streams = new Map<OutputId, { budget: ResendBudget; patience: NackPatience }>();

  constructor(wire: Pick<Wire, "resend" | "outputStats">) {
    this.#wire = wire;
  }

  /** Sends again what is worth it; returns how many packets that are. */
  resend(output: OutputId, sequenceNumbers: readonly number[], roundTripMs: number | undefined): number {
    // A packet sent again needs half a round trip, as the first time; how late it is then, its age tells.
    const maxAgeMs = LATENCY_BUDGET_MS - (roundTripMs ?? 0) / 2;
    if (maxAgeMs <= 0) return 0;
    const sent = this.#wire.outputStats(output)?.packets ?? 0;
    const granted = this.#stream(output).budget.take(sequenceNumbers.length, sent);
    if (granted === 0) return 0;
    const all = granted === sequenceNumbers.length;
    this.#wire.resend(output, all ? sequenceNumbers : sequenceNumbers.slice(0, granted), maxAgeMs);
    return granted;
  }

  /** Takes the same NACK; true when repairs do not get through and a keyframe is the better one. */
  hopeless(output: OutputId, sequenceNumbers: readonly number[], nowMs: number): boolean {
    return this.#stream(output).patience.take(nowMs, sequenceNumbers);
  }

  #stream(output: OutputId) {
    let stream = this.#streams.get(output);
    if (stream === undefined) {
      stream = { budget: new ResendBudget(), patience: new NackPatience() };
      this.#streams.set(output, stream);
    }
    return stream;
  }
}
