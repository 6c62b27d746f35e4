import { evidencePerLoss, explainLosses } from "./loss-model.ts";
import { LossObservations } from "./loss-observations.ts";

/** Loss below this is not worth explaining. */
const NEGLIGIBLE = 0.02;
/** Loss that may be the path's own when nothing else is known, and when a probe has shown that there is room. */
const ASSUMED_INHERENT = 0.07;
const PROVEN_INHERENT = 0.3;
/** How long a probe proves that. */
const PROOF_MS = 30_000;
/** A proof is sought again so long before it ends. */
const RENEWAL_MS = 10_000;
/** A lower limit must explain losses better by this much (natural logarithm): doubt speaks for the higher rate. */
const DOUBT = 3;
/** Lost in two observations in a row, it is a bottleneck at once. */
const MUCH = 0.4;
/** Growth of the limit with each observation that does not speak against it. */
const GROWTH = 1.04;

/**
 * Loss-based bound. Loss that does not depend on what we send (radio) is no reason to send less; loss that comes with
 * the rate is. Which of the two it is, is a question of likelihood over the last seconds' observations; the idea of an
 * inherent loss is that of the loss-based estimator in current WebRTC stacks.
 */
export class LossController {
  readonly #observations = new LossObservations();
  #limitBps = Number.POSITIVE_INFINITY;
  #lossRatio = 0;
  #provenUntilMs = Number.NEGATIVE_INFINITY;
  #observed = false;

  /** Bits per second that losses allow; infinite while they do not matter. */
  get limitBps(): number {
    return this.#limitBps;
  }

  /** Share of packets lost lately, 0..1. */
  get lossRatio(): number {
    return this.#lossRatio;
  }

  /** Packets are lost, and no probe has shown lately that sending less would not help. */
  inDoubt(nowMs: number): boolean {
    return this.#lossRatio > NEGLIGIBLE && nowMs > this.#provenUntilMs - RENEWAL_MS;
  }

  add(sentMicros: number, size: number, lost: boolean): void {
    if (!this.#observations.add(sentMicros, size, lost)) return;
    this.#observed = true;
    const ratio = this.#observations.lost(0) / this.#observations.packets(0);
    this.#lossRatio += 0.3 * (ratio - this.#lossRatio);
  }

  recover(sentMicros: number): void {
    this.#observations.recover(sentMicros);
  }

  /** A probe at `rateBps` came through: there is no bottleneck below. */
  proven(nowMs: number, rateBps: number): void {
    this.#provenUntilMs = nowMs + PROOF_MS;
    if (rateBps > this.#limitBps) this.#limitBps = rateBps;
  }

  /** Brings the bound up to date; `arrivingBps` is what arrives lately, `targetBps` what delay allows. */
  update(nowMs: number, arrivingBps: number | undefined, targetBps: number): void {
    if (!this.#observed || arrivingBps === undefined) return;
    this.#observed = false;
    const maxInherent = nowMs < this.#provenUntilMs ? PROVEN_INHERENT : ASSUMED_INHERENT;
    let best = Number.POSITIVE_INFINITY;
    let bestLikelihood = this.#explain(Number.POSITIVE_INFINITY, maxInherent);
    const doubt = DOUBT / evidencePerLoss(this.#observations);
    for (const candidate of this.#candidates(arrivingBps)) {
      const found = this.#explain(candidate, maxInherent) - doubt;
      if (found > bestLikelihood) {
        best = candidate;
        bestLikelihood = found;
      }
    }
    if (this.#mostIsLost) best = Math.min(best, arrivingBps);
    if (best < this.#limitBps) this.#limitBps = best;
    else this.#limitBps *= GROWTH;
    if (this.#limitBps > 2 * targetBps) this.#limitBps = Number.POSITIVE_INFINITY;
  }

  /** No path is like this by itself, and waiting for certainty takes too long. */
  get #mostIsLost(): boolean {
    const observations = this.#observations;
    if (observations.length < 2) return false;
    return [0, 1].every((index) => observations.lost(index) > MUCH * observations.packets(index));
  }

  #explain(capacityBps: number, maxInherent: number): number {
    return explainLosses(this.#observations, capacityBps, maxInherent).logLikelihood;
  }

  *#candidates(arrivingBps: number): Generator<number> {
    yield arrivingBps;
    yield arrivingBps * 0.95;
    if (Number.isFinite(this.#limitBps)) {
      yield this.#limitBps;
      yield this.#limitBps * 0.95;
    }
  }
}
