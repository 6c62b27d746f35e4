import { pacingBurstBytes, pacingRateBps } from "../pacer/pacing-rate.ts";
import { AcknowledgedRate } from "./acknowledged-rate.ts";
import { AimdRateControl } from "./aimd-rate-control.ts";
import { LossController } from "./loss-controller.ts";
import { OveruseDetector } from "./overuse-detector.ts";
import { PacketGroups } from "./packet-groups.ts";
import { ProbeController } from "./probe-controller.ts";
import { ProbeResult } from "./probe-result.ts";
import { QueueDelay } from "./queue-delay.ts";
import { ReportControl } from "./report-control.ts";
import { TrendlineFilter } from "./trendline-filter.ts";
import type { BandwidthOptions, PacketResults, PathEstimate, ProbeRequest } from "./types.ts";

const DEFAULT_ROUND_TRIP_MS = 100;
/** Transport feedback that stays away for so long while we send means that nothing arrives; then once a second again. */
const SILENCE_MS = 1000;
const SILENCE_FACTOR = 0.5;
/** After so long without it, reports and REMB take over. */
const FALLBACK_MS = 15_000;
/** A standing queue lowers what may be sent from this on, by a thousandth a millisecond, down to a share. */
const DRAIN_FROM_MS = 100;
const LEAST_DRAIN = 0.6;
/** Loss that is not held against a probe. */
const MAX_USUAL_LOSS = 0.15;
/** Loss may come from our bursts into a small queue: from this share on there are none for so long. */
const CAREFUL_LOSS = 0.02;
const CAREFUL_MS = 60_000;
/** A queue that a probe makes is no congestion until it should have gone. */
const PROBE_ECHO_MS = 150;

/**
 * What may be sent to one peer: delay-based and loss-based control side by side, the lower of the two wins, with probes
 * where sending alone cannot tell (Google congestion control, draft-ietf-rmcat-gcc-02; ADR 0017). Sans-IO: `nowMs` may
 * have any origin, but is monotonic.
 */
export class BandwidthEstimator {
  readonly #minBps: number;
  readonly #maxBps: number;
  readonly #groups = new PacketGroups();
  readonly #trend = new TrendlineFilter();
  readonly #detector = new OveruseDetector();
  readonly #queue = new QueueDelay();
  readonly #acknowledged = new AcknowledgedRate();
  readonly #aimd: AimdRateControl;
  readonly #loss = new LossController();
  readonly #reports: ReportControl;
  readonly #probes: ProbeController;
  readonly #probeResult = new ProbeResult();
  readonly #path: PathEstimate;
  #wantedBps: number | undefined;
  #highestSent = Number.NEGATIVE_INFINITY;
  #feedbackMs: number | undefined;
  #silentSinceMs = 0;
  #beforeSilenceBps: number | undefined;
  #probeEchoUntilMs = Number.NEGATIVE_INFINITY;
  #carefulUntilMs = Number.NEGATIVE_INFINITY;
  #reportedLoss = 0;
  #settled = false;

  constructor(options: BandwidthOptions = {}) {
    const startBps = options.startBps ?? 1_000_000;
    this.#minBps = options.minBps ?? 60_000;
    this.#maxBps = options.maxBps ?? 50_000_000;
    this.#aimd = new AimdRateControl(startBps);
    this.#reports = new ReportControl(startBps);
    this.#probes = new ProbeController(startBps);
    this.#path = {
      estimateBps: startBps,
      pacingBps: pacingRateBps(startBps, false),
      burstBytes: pacingBurstBytes(pacingRateBps(startBps, false), false),
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

  /** Bits per second that would be sent if the network were no limit; 0: nothing, then silence is no alarm. */
  setWanted(bps: number): void {
    this.#wantedBps = bps;
  }

  /** Takes one transport-wide feedback; `results` is read during the call only. */
  onFeedback(nowMs: number, results: PacketResults): void {
    const arrived = this.#takeResults(results);
    if (!arrived) return;
    this.#endSilence(nowMs);
    this.#path.measured = true;
    const usage = this.#usage(nowMs);
    if (usage === "overuse") this.#probes.congested(nowMs);
    const longBps = this.#acknowledged.over(500);
    this.#aimd.update(
      nowMs,
      usage,
      { shortBps: this.#acknowledged.over(200), longBps },
      { roundTripMs: this.#roundTripMs, grow: this.#mayGrow },
    );
    this.#takeProbe(nowMs, longBps);
    this.#loss.update(nowMs, longBps, this.#aimd.rateBps);
    if (this.#loss.limitBps < this.#aimd.rateBps) this.#aimd.set(this.#loss.limitBps);
    this.#aimd.set(this.#within(this.#aimd.rateBps));
    this.#refresh(nowMs);
  }

  /** Takes a receiver report (RFC 3550 section 6.4.2): the fraction lost, 0..1, and the round trip if known. */
  onReceiverReport(nowMs: number, report: { lossRatio: number; roundTripMs?: number | undefined }): void {
    if (report.roundTripMs !== undefined && report.roundTripMs >= 0) {
      const before = this.#path.roundTripMs ?? report.roundTripMs;
      this.#path.roundTripMs = before + 0.3 * (report.roundTripMs - before);
    }
    this.#reportedLoss = report.lossRatio;
    if (!this.#hasFeedback(nowMs)) this.#reports.onLoss(nowMs, report.lossRatio, this.#roundTripMs);
    this.#refresh(nowMs);
  }

  /** Takes a receiver-estimated maximum bit rate. */
  onRemb(nowMs: number, bps: number): void {
    this.#reports.onRemb(nowMs, bps, this.#reportedLoss);
    this.#path.measured = true;
    this.#refresh(nowMs);
  }

  /** Lets time pass; a few times a second. */
  poll(nowMs: number): void {
    if (this.#feedbackMs !== undefined && this.#wantedBps !== 0 && this.#hasFeedback(nowMs)) {
      const limitMs = SILENCE_MS + this.#roundTripMs;
      if (nowMs - this.#feedbackMs > limitMs && nowMs - this.#silentSinceMs > limitMs) {
        this.#beforeSilenceBps ??= this.#aimd.rateBps;
        this.#silentSinceMs = nowMs;
        this.#aimd.set(this.#within(this.#aimd.rateBps * SILENCE_FACTOR));
        this.#probes.congested(nowMs);
      }
    }
    this.#refresh(nowMs);
  }

  /** A probe to be sent now, or undefined. Ask when media flows, about every 20 ms. */
  takeProbe(nowMs: number): ProbeRequest | undefined {
    if (!this.#path.measured || this.#wantedBps === 0) return undefined;
    const request = this.#probes.take(nowMs, {
      estimateBps: this.#path.estimateBps,
      maxBps: this.#maxBps,
      wantedBps: this.#wantedBps,
      inDoubt: this.#loss.inDoubt(nowMs),
      jitterMs: this.#queue.jitterMs,
      calm: this.#path.usage !== "overuse" && this.#queue.excessMs <= 0,
    });
    if (request !== undefined) this.#probeResult.begin(request.cluster, request.bytes);
    return request;
  }

  /** Returns whether anything arrived. */
  #takeResults(results: PacketResults): boolean {
    let arrived = false;
    for (let index = 0; index < results.count; index++) {
      const sent = results.sentMicros[index]!;
      const arrival = results.arrivalMicros[index]!;
      const size = results.sizes[index]!;
      const cluster = results.clusters[index]!;
      const lost = Number.isNaN(arrival);
      if (sent < this.#highestSent) {
        if (!lost) {
          this.#loss.recover(sent);
          this.#probeResult.recover(cluster, size);
        }
      } else {
        this.#loss.add(sent, size, lost);
        this.#highestSent = sent;
      }
      if (cluster !== 0) this.#probeResult.add(cluster, sent, arrival, size);
      if (lost) continue;
      arrived = true;
      this.#acknowledged.add(arrival, size);
      this.#queue.add(sent, arrival);
      if (!this.#groups.add(sent, arrival)) continue;
      const { arrivalDeltaMs, sendDeltaMs, arrivalMicros } = this.#groups;
      this.#trend.add(arrivalDeltaMs - sendDeltaMs, arrivalMicros / 1000);
      this.#detector.detect(this.#trend.slope, this.#trend.samples, sendDeltaMs, arrivalMicros / 1000);
    }
    return arrived;
  }

  #usage(nowMs: number): PathEstimate["usage"] {
    const { usage } = this.#detector;
    const real = usage === "overuse" && this.#queue.excessMs > 0 && nowMs >= this.#probeEchoUntilMs;
    this.#queue.frozen = real;
    this.#path.usage = usage === "overuse" && !real ? "normal" : usage;
    return this.#path.usage;
  }

  #takeProbe(nowMs: number, arrivingBps: number | undefined): void {
    if (!this.#probeResult.whole) return;
    const rateBps = this.#probeResult.rateBps(Math.min(MAX_USUAL_LOSS, this.#loss.lossRatio));
    if (rateBps === undefined) return;
    this.#probeResult.begin(0, 0);
    this.#probes.result(rateBps);
    this.#probeEchoUntilMs = nowMs + PROBE_ECHO_MS + this.#roundTripMs;
    if (arrivingBps === undefined || rateBps > arrivingBps * 1.3) this.#loss.proven(nowMs, rateBps);
    const current = this.#aimd.rateBps;
    if (rateBps >= current) this.#settled = true;
    // Before any probe has come through the estimate was a guess; later one poor result only halves the doubt.
    const lower = this.#settled ? Math.sqrt(rateBps * current) : rateBps;
    this.#aimd.set(rateBps >= current ? rateBps : Math.max(lower, Math.min(current, arrivingBps ?? lower)));
  }

  /** Growing serves nothing when all that is wanted fits easily. */
  get #mayGrow(): boolean {
    return this.#wantedBps === undefined || this.#aimd.rateBps < 1.5 * this.#wantedBps;
  }

  #endSilence(nowMs: number): void {
    this.#feedbackMs = nowMs;
    if (this.#beforeSilenceBps === undefined) return;
    this.#beforeSilenceBps = undefined;
    this.#probes.hurry(nowMs);
  }

  #hasFeedback(nowMs: number): boolean {
    return this.#feedbackMs !== undefined && nowMs - this.#feedbackMs < FALLBACK_MS;
  }

  #refresh(nowMs: number): void {
    const path = this.#path;
    const measured = this.#hasFeedback(nowMs);
    if (!measured && this.#feedbackMs !== undefined) path.usage = "normal";
    path.lossRatio = measured ? this.#loss.lossRatio : this.#reportedLoss;
    const bps = measured ? Math.min(this.#aimd.rateBps, this.#reports.cap(nowMs)) : this.#reports.rateBps;
    path.estimateBps = this.#within(measured ? bps * this.#drain : bps);
    if (path.lossRatio > CAREFUL_LOSS) this.#carefulUntilMs = nowMs + CAREFUL_MS;
    const careful = path.usage === "overuse" || nowMs < this.#carefulUntilMs;
    path.pacingBps = pacingRateBps(path.estimateBps, careful);
    path.burstBytes = pacingBurstBytes(path.pacingBps, careful);
  }

  /** A queue that stands still is no overuse, but latency: sending a little less empties it. */
  get #drain(): number {
    const tooLongMs = this.#queue.excessMs - DRAIN_FROM_MS;
    return tooLongMs <= 0 ? 1 : Math.max(LEAST_DRAIN, 1 - tooLongMs / 1000);
  }

  #within(bps: number): number {
    return Math.max(this.#minBps, Math.min(this.#maxBps, bps));
  }

  get #roundTripMs(): number {
    return this.#path.roundTripMs ?? DEFAULT_ROUND_TRIP_MS;
  }
}
