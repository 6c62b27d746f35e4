import {
  BandwidthEstimator,
  PacketResultLog,
  type PathEstimate,
  type ProbeRequest,
  TransportFeedbackReader,
} from "@sameroom/engine";
import type { Wire } from "@sameroom/native";
import { compactNtp, ntpFromUnixMicros, type ReportBlock, type TransportFeedback } from "@sameroom/protocol";

export interface ViewerPathOptions {
  wire: Pick<Wire, "setPacing" | "sentPackets">;
  peer: number;
  unixMs: () => number;
}

/** Results of one feedback; every path uses it in turn. */
const RESULTS = new PacketResultLog();
/** The wire is told of another pace when it differs by this share. */
const PACE_TOLERANCE = 0.03;
/** Report blocks say 1/65536 s; longer round trips are somebody's mistake. */
const MAX_ROUND_TRIP_MS = 10_000;

/** The network between us and one viewer: what it takes, how far it is, how much it loses; and the pace we send at. */
export class ViewerPath {
  readonly #options: ViewerPathOptions;
  readonly #estimator = new BandwidthEstimator();
  readonly #reader = new TransportFeedbackReader();
  #pacingBps = 0;
  #burstBytes = 0;
  #address: string | undefined;
  /** Reports have come, so that losses and round trip are known. */
  #reported = false;

  constructor(options: ViewerPathOptions) {
    this.#options = options;
  }

  get estimate(): Readonly<PathEstimate> {
    return this.#estimator.path;
  }

  /** false: the estimate is a first assumption. */
  get measured(): boolean {
    return this.#estimator.path.measured || this.#reported;
  }

  handleFeedback(feedback: TransportFeedback, nowMs: number): void {
    const sent = this.#options.wire.sentPackets(this.#options.peer);
    if (sent === undefined) return;
    RESULTS.clear();
    if (this.#reader.read(feedback, sent, RESULTS) === 0) return;
    this.#estimator.onFeedback(nowMs, RESULTS);
    this.#pace();
  }

  /** Takes the blocks of one receiver report that are about what we send; they arrived `ageMs` ago. */
  handleReports(reports: readonly ReportBlock[], nowMs: number, ageMs: number): void {
    let lossRatio = 0;
    let roundTripMs: number | undefined;
    for (const report of reports) {
      lossRatio = Math.max(lossRatio, report.fractionLost / 256);
      roundTripMs = this.#roundTripOf(report, ageMs) ?? roundTripMs;
    }
    if (reports.length === 0) return;
    this.#reported = true;
    this.#estimator.onReceiverReport(nowMs, { lossRatio, roundTripMs });
    this.#pace();
  }

  handleRemb(bps: number, nowMs: number): void {
    this.#estimator.onRemb(nowMs, bps);
    this.#pace();
  }

  /** Lets time pass. `address`: where packets go now. */
  poll(nowMs: number, address: string | undefined): void {
    if (address !== this.#address) {
      if (this.#address !== undefined && address !== undefined) this.#estimator.onPathChange(nowMs);
      this.#address = address ?? this.#address;
    }
    this.#estimator.poll(nowMs);
    this.#pace();
  }

  /** What would be sent if the network were no limit, bits per second. */
  setWanted(bps: number): void {
    this.#estimator.setWanted(bps);
  }

  takeProbe(nowMs: number): ProbeRequest | undefined {
    return this.#estimator.takeProbe(nowMs);
  }

  /** RFC 3550 section 6.4.1: now, less the time of our report, less how long the viewer held it. */
  #roundTripOf(report: ReportBlock, ageMs: number): number | undefined {
    if (report.lastSenderReport === 0) return undefined;
    const arrived = compactNtp(ntpFromUnixMicros((this.#options.unixMs() - ageMs) * 1000));
    const ticks = (arrived - report.lastSenderReport - report.delaySinceLastSenderReport) | 0;
    const roundTripMs = (Math.max(0, ticks) * 1000) / 65_536;
    return roundTripMs <= MAX_ROUND_TRIP_MS ? roundTripMs : undefined;
  }

  /** Without measurements nothing is held back. */
  #pace(): void {
    const { measured, pacingBps, burstBytes } = this.#estimator.path;
    if (!measured) return;
    const same = Math.abs(pacingBps - this.#pacingBps) <= this.#pacingBps * PACE_TOLERANCE;
    if (same && burstBytes === this.#burstBytes) return;
    this.#pacingBps = pacingBps;
    this.#burstBytes = burstBytes;
    this.#options.wire.setPacing(this.#options.peer, { rateBps: pacingBps, burstBytes });
  }
}
