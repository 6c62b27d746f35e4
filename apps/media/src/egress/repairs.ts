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

  /**
   * Sends again what is worth it. `sent`: how many packets that are; `hopeless`: repairs do not get through, and a keyframe
   * is the better one.
   */
  answer(
    output: OutputId,
    sequenceNumbers: readonly number[],
    { nowMs, roundTripMs = 0 }: { nowMs: number; roundTripMs: number | undefined },
  ): { sent: number; hopeless: boolean } {
    const { budget, patience } = this.#stream(output);
    const { again, hopeless } = patience.take(nowMs, sequenceNumbers);
    // A packet sent again needs half a round trip, as the first time; how late it is then, its age tells.
    const maxAgeMs = LATENCY_BUDGET_MS - roundTripMs / 2;
    if (maxAgeMs <= 0) return { sent: 0, hopeless };
    // A repair that was lost has cost a round trip or two of still picture: the next one goes twice.
    const wanted = again.length === 0 ? sequenceNumbers : [...sequenceNumbers, ...again];
    const sentBefore = this.#wire.outputStats(output)?.packets ?? 0;
    const sent = budget.take(wanted.length, sentBefore);
    if (sent > 0)
      this.#wire.resend(output, sent === wanted.length ? wanted : wanted.slice(0, sent), maxAgeMs);
    return { sent, hopeless };
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
