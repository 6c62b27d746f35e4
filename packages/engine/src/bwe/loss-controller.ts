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
/** Weight of an observation against the one after it in the mean loss. */
const RATIO_AGEING = 0.7;
const RATIO_OBSERVATIONS = 8;

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

  /** Packets come late: what counts as lost may arrive yet. */
  get reordering(): boolean {
    return this.#observations.reordering;
  }

  /** Packets are lost, and no probe has shown lately that sending less would not help. */
  inDoubt(nowMs: number): boolean {
    return this.#lossRatio > NEGLIGIBLE && nowMs > this.#provenUntilMs - RENEWAL_MS;
  }

  /** Takes a packet's fate, in order of sending. */
  add(sentMicros: number, size: number, lost: boolean): void {
    if (!this.#observations.add(sentMicros, size, lost)) return;
    this.#observed = true;
    this.#lossRatio = this.#meanLoss();
  }

  /** A packet counted as lost came after all. */
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
    const negligible = this.#lossRatio < NEGLIGIBLE;
    const limit = negligible ? Number.POSITIVE_INFINITY : this.#bestLimit(nowMs, arrivingBps);
    if (limit < this.#limitBps) this.#limitBps = limit;
    else this.#limitBps *= GROWTH;
    if (this.#limitBps > 2 * targetBps) this.#limitBps = Number.POSITIVE_INFINITY;
  }

  #bestLimit(nowMs: number, arrivingBps: number): number {
    if (this.#mostIsLost) return arrivingBps;
    const observations = this.#observations;
    const maxInherent = nowMs < this.#provenUntilMs ? PROVEN_INHERENT : ASSUMED_INHERENT;
    const candidates = [arrivingBps, arrivingBps * 0.95];
    if (Number.isFinite(this.#limitBps)) candidates.push(this.#limitBps, this.#limitBps * 0.95);
    let best = Number.POSITIVE_INFINITY;
    let bestLikelihood =
      explainLosses(observations, best, maxInherent) + DOUBT / evidencePerLoss(observations);
    for (const candidate of candidates) {
      const found = explainLosses(observations, candidate, maxInherent);
      if (found <= bestLikelihood) continue;
      best = candidate;
      bestLikelihood = found;
    }
    return best;
  }

  #meanLoss(): number {
    const observations = this.#observations;
    let lost = 0;
    let packets = 0;
    let weight = 1;
    for (let index = 0; index < Math.min(RATIO_OBSERVATIONS, observations.length); index++) {
      lost += weight * observations.lost(index);
      packets += weight * observations.packets(index);
      weight *= RATIO_AGEING;
    }
    return packets > 0 ? lost / packets : 0;
  }

  /** No path is like this by itself, and waiting for certainty takes too long. */
  get #mostIsLost(): boolean {
    const observations = this.#observations;
    if (observations.length < 2) return false;
    return [0, 1].every((index) => observations.lost(index) > MUCH * observations.packets(index));
  }
}
