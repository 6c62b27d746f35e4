import { pacingBurstBytes, pacingRateBps } from "../pacer/pacing-rate.ts";
import { AcknowledgedRate } from "./acknowledged-rate.ts";
import { AimdRateControl } from "./aimd-rate-control.ts";
import { DelaySensor } from "./delay-sensor.ts";
import { FeedbackSilence } from "./feedback-silence.ts";
import { LossController } from "./loss-controller.ts";
import { ProbeController } from "./probe-controller.ts";
import { ProbeResult } from "./probe-result.ts";
import { ReportControl } from "./report-control.ts";
import type { BandwidthOptions, PacketResults, PathEstimate, ProbeRequest } from "./types.ts";

const DEFAULT_ROUND_TRIP_MS = 100;
/** The estimate grows no further than this multiple of what is wanted. */
const WANTED_HEADROOM = 1.5;
/** Loss that is not held against a probe. */
const MAX_USUAL_LOSS = 0.15;
/** On a path that reorders, a probe's missing packets are awaited for so long. */
const REORDERING_MS = 250;
/** A probe that carried so much more than what arrives otherwise shows that losses are not for want of bandwidth. */
const PROOF_FACTOR = 1.3;
/** A new path is probed at this multiple of the old one's estimate. */
const NEW_PATH_FACTOR = 2;
/**
 * After a fall to less than this share the bottleneck's queue is full of what is of no use any more. For so long only this
 * share of the estimate is sent: what is held back would wait in the queue anyway, and a keyframe finds room in it.
 */
const FALL_SHARE = 0.5;
const DRAIN_MS = 200;
const DRAIN_PACE = 0.2;
/** Loss may come from our bursts into a small queue: from this share on there are none for so long. */
const CAREFUL_LOSS = 0.02;
const CAREFUL_MS = 60_000;

/**
 * What may be sent to one peer: delay-based and loss-based control side by side, the lower of the two wins, with probes
 * where sending alone cannot tell (Google congestion control, draft-ietf-rmcat-gcc-02; ADR 0017). Sans-IO: `nowMs` may
 * have any origin, but is monotonic.
 */
export class BandwidthEstimator {
  readonly #minBps: number;
  readonly #maxBps: number;
  #delay = new DelaySensor();
  #acknowledged = new AcknowledgedRate();
  readonly #aimd: AimdRateControl;
  #loss = new LossController();
  readonly #reports: ReportControl;
  readonly #probes: ProbeController;
  readonly #probeResult = new ProbeResult();
  readonly #silence = new FeedbackSilence();
  readonly #path: PathEstimate;
  #wantedBps: number | undefined;
  #highestSent = Number.NEGATIVE_INFINITY;
  #probeNoiseMs = 0;
  #probeCompleteMs: number | undefined;
  #probed = false;
  #fed = false;
  #carefulUntilMs = Number.NEGATIVE_INFINITY;
  #reportedLoss = 0;
  #drainUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: BandwidthOptions = {}) {
    this.#minBps = options.minBps ?? 60_000;
    this.#maxBps = options.maxBps ?? 50_000_000;
    const startBps = this.#within(options.startBps ?? 1_000_000);
    this.#aimd = new AimdRateControl(startBps);
    this.#reports = new ReportControl(startBps);
    this.#probes = new ProbeController(startBps);
    const pacingBps = pacingRateBps(startBps, false);
    this.#path = {
      estimateBps: startBps,
      pacingBps,
      burstBytes: pacingBurstBytes(pacingBps, false),
      roundTripMs: undefined,
      lossRatio: 0,
      usage: "normal",
      measured: false,
    };
  }

  /** As it looks now; the same object, brought up to date by every call. */
  get path(): Readonly<PathEstimate> {
    return this.#path;
  }

  /**
   * Bits per second that would be sent if the network were no limit. The estimate neither grows nor is probed beyond 1.5
   * times this. 0 while nothing is sent: then silence of the peer is no alarm.
   */
  setWanted(bps: number): void {
    this.#wantedBps = bps;
  }

  /** Takes one transport-wide feedback; `results` is read during the call only. */
  onFeedback(nowMs: number, results: PacketResults): void {
    const lostBefore = this.#takeResults(results);
    if (lostBefore === undefined) return;
    this.#fed = true;
    this.#path.measured = true;
    this.#endSilence(nowMs, lostBefore);
    const arrivingBps = this.#acknowledged.over(500);
    const before = this.#aimd.rateBps;
    const narrowBps = this.#delay.narrowedTo(arrivingBps, before);
    const usage = this.#delay.usage();
    this.#path.usage = narrowBps === undefined ? usage : "overuse";
    if (this.#path.usage === "overuse") this.#probes.congested(nowMs);
    const shortBps = this.#acknowledged.over(200);
    this.#aimd.update(
      nowMs,
      this.#path.usage,
      { shortBps: narrowBps ?? shortBps, longBps: arrivingBps },
      { roundTripMs: this.#roundTripMs, grow: before < this.#usefulBps },
    );
    if (this.#aimd.rateBps < before * FALL_SHARE) this.#drainUntilMs = nowMs + DRAIN_MS;
    this.#judgeProbe(nowMs, arrivingBps);
    this.#loss.update(nowMs, arrivingBps, this.#aimd.rateBps);
    this.#aimd.set(this.#within(Math.min(this.#aimd.rateBps, this.#loss.limitBps)));
    this.#refresh(nowMs);
  }

  /** Takes a receiver report (RFC 3550 section 6.4.2): the fraction lost, 0..1, and the round trip if known. */
  onReceiverReport(nowMs: number, report: { lossRatio: number; roundTripMs?: number | undefined }): void {
    if (report.roundTripMs !== undefined && report.roundTripMs >= 0) {
      const before = this.#path.roundTripMs ?? report.roundTripMs;
      this.#path.roundTripMs = before + 0.3 * (report.roundTripMs - before);
    }
    this.#reportedLoss = report.lossRatio;
    this.#refresh(nowMs);
    if (!this.#fed)
      this.#reports.onLoss(nowMs, report.lossRatio, {
        roundTripMs: this.#roundTripMs,
        usefulBps: this.#usefulBps,
      });
    this.#refresh(nowMs);
  }

  /** Takes a receiver-estimated maximum bit rate. */
  onRemb(nowMs: number, bps: number): void {
    this.#reports.onRemb(nowMs, bps, this.#reportedLoss);
    this.#path.measured = true;
    this.#refresh(nowMs);
  }

  /** Packets take another way from now on (ICE has selected another pair): what delays and losses said is forgotten. */
  onPathChange(nowMs: number): void {
    this.#delay = new DelaySensor();
    this.#acknowledged = new AcknowledgedRate();
    this.#loss = new LossController();
    this.#probed = false;
    this.#drainUntilMs = Number.NEGATIVE_INFINITY;
    this.#path.usage = "normal";
    this.#probes.hurry(nowMs, this.#aimd.rateBps * NEW_PATH_FACTOR);
    this.#refresh(nowMs);
  }

  /** Lets time pass; a few times a second. */
  poll(nowMs: number): void {
    if (this.#wantedBps !== 0) {
      const reducedBps = this.#silence.poll(nowMs, this.#roundTripMs, this.#aimd.rateBps);
      if (reducedBps !== undefined) {
        this.#aimd.set(this.#within(reducedBps));
        this.#probes.congested(nowMs);
      }
    }
    this.#refresh(nowMs);
  }

  /** A probe to be sent now, or undefined. Ask while media flows, about every 20 ms. */
  takeProbe(nowMs: number): ProbeRequest | undefined {
    if (!this.#path.measured || this.#wantedBps === 0) return undefined;
    const request = this.#probes.take(nowMs, {
      estimateBps: this.#path.estimateBps,
      maxBps: this.#maxBps,
      wantedBps: this.#wantedBps,
      inDoubt: this.#loss.inDoubt(nowMs),
      noiseMs: Math.max(this.#delay.jitterMs, this.#probeNoiseMs),
      calm: this.#path.usage !== "overuse" && this.#delay.calm,
    });
    if (request === undefined) return undefined;
    this.#probeResult.begin(request.cluster, request.bytes);
    this.#probeCompleteMs = undefined;
    return request;
  }

  /** Returns the share that was lost, or undefined when nothing arrived. */
  #takeResults(results: PacketResults): number | undefined {
    let lostCount = 0;
    let arrivedCount = 0;
    for (let index = 0; index < results.count; index++) {
      const sent = results.sentMicros[index]!;
      if (!Number.isFinite(sent)) continue;
      const arrival = results.arrivalMicros[index]!;
      const size = results.sizes[index]!;
      const cluster = results.clusters[index]!;
      const lost = !Number.isFinite(arrival);
      if (lost) lostCount += 1;
      if (sent >= this.#highestSent) {
        this.#highestSent = sent;
        if (cluster === 0) this.#loss.add(sent, size, lost);
        this.#probeResult.add(cluster, sent, arrival, size);
      } else if (!lost) {
        if (cluster === 0) this.#loss.recover(sent);
        this.#probeResult.recover(cluster, sent, arrival, size);
      }
      if (lost) continue;
      arrivedCount += 1;
      this.#acknowledged.add(arrival, size);
      this.#delay.add(sent, arrival, size, cluster);
    }
    return arrivedCount === 0 ? undefined : lostCount / (lostCount + arrivedCount);
  }

  #judgeProbe(nowMs: number, arrivingBps: number | undefined): void {
    if (!this.#probeResult.complete) return;
    this.#probeCompleteMs ??= nowMs;
    const mayRecover = this.#loss.reordering && this.#probeResult.lossy;
    if (mayRecover && nowMs - this.#probeCompleteMs < REORDERING_MS) return;
    const measuredBps = this.#probeResult.rateBps(Math.min(MAX_USUAL_LOSS, this.#loss.lossRatio));
    const rateBps = measuredBps && Math.min(measuredBps, Math.max(this.#usefulBps, this.#aimd.rateBps));
    this.#probeNoiseMs = this.#probeResult.noiseMs;
    this.#probeResult.begin(0, 0);
    this.#probeCompleteMs = undefined;
    this.#probes.result(nowMs, rateBps, this.#aimd.rateBps);
    if (rateBps === undefined) return;
    if (arrivingBps === undefined || rateBps > arrivingBps * PROOF_FACTOR) this.#loss.proven(nowMs, rateBps);
    const current = this.#aimd.rateBps;
    if (rateBps >= current) {
      this.#probed = true;
      this.#aimd.set(rateBps);
    } else {
      // Before any probe has come through the estimate was a guess; later one poor result is only half the truth.
      const lower = this.#probed ? Math.sqrt(rateBps * current) : rateBps;
      this.#aimd.set(Math.max(lower, Math.min(current, arrivingBps ?? lower)));
    }
  }

  /** After an outage the old rate is tried by a probe; when nothing was lost, nothing was sent, and it stands. */
  #endSilence(nowMs: number, lostShare: number): void {
    const before = this.#silence.heard(nowMs);
    if (before === undefined) return;
    if (lostShare === 0) this.#aimd.set(before);
    else this.#probes.hurry(nowMs, before);
  }

  #refresh(nowMs: number): void {
    const path = this.#path;
    if (this.#fed && !this.#silence.fed(nowMs)) {
      this.#fed = false;
      this.#reports.set(path.estimateBps);
      path.usage = "normal";
    }
    path.lossRatio = this.#fed ? this.#loss.lossRatio : this.#reportedLoss;
    const bps = this.#fed
      ? Math.min(this.#aimd.rateBps, this.#reports.cap(nowMs)) * this.#delay.drainShare
      : this.#reports.rateBps;
    path.estimateBps = this.#within(bps);
    this.#delay.expect(this.#aimd.rateBps);
    if (path.lossRatio > CAREFUL_LOSS) this.#carefulUntilMs = nowMs + CAREFUL_MS;
    const careful = path.usage === "overuse" || nowMs < this.#carefulUntilMs;
    const draining = nowMs < this.#drainUntilMs;
    path.pacingBps = pacingRateBps(path.estimateBps * (draining ? DRAIN_PACE : 1), careful);
    path.burstBytes = pacingBurstBytes(path.pacingBps, careful);
  }

  get #usefulBps(): number {
    return this.#wantedBps === undefined ? this.#maxBps : this.#wantedBps * WANTED_HEADROOM;
  }

  #within(bps: number): number {
    return Math.max(this.#minBps, Math.min(this.#maxBps, bps));
  }

  get #roundTripMs(): number {
    return this.#path.roundTripMs ?? DEFAULT_ROUND_TRIP_MS;
  }
}
