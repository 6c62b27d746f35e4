import {
  BandwidthEstimator,
  PacketResultLog,
  type PathEstimate,
  type ProbeRequest,
  TransportFeedbackReader,
} from "@sameroom/engine";
import type { Wire } from "@sameroom/native";
import { type ReportBlock, roundTripMs as roundTripOf, type TransportFeedback } from "@sameroom/protocol";

export interface ViewerPathOptions {
  wire: Pick<Wire, "setPacing" | "sentPackets">;
  peer: number;
  unixMs: () => number;
}

/** Results of one feedback; every path uses it in turn. */
const RESULTS = new PacketResultLog();
/** The wire is told of another pace when it differs by this share. */
const PACE_TOLERANCE = 0.03;
/** A group of pictures leaves at this pace while nothing is known of the path: most take it, and a second of it is enough. */
const FIRST_PACE = { rateBps: 12_000_000, burstBytes: 32_768 };
/** Whoever has reported nothing by then never does, and is not held back, ms. */
const FIRST_PACE_MS = 3000;

/** The network between us and one viewer: what it takes, how far it is, how much it loses; and the pace we send at. */
export class ViewerPath {
  readonly #options: ViewerPathOptions;
  readonly #estimator = new BandwidthEstimator();
  readonly #reader = new TransportFeedbackReader();
  #pacingBps = 0;
  #burstBytes = 0;
  #address: string | undefined;
  #pacedUntilMs: number | undefined;
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

  /** The viewer is about to begin with what a source kept, all at once: it leaves at a pace, also when nothing is measured. */
  paceBeginning(nowMs: number): void {
    if (this.measured || this.#pacedUntilMs !== undefined) return;
    this.#pacedUntilMs = nowMs + FIRST_PACE_MS;
    this.#options.wire.setPacing(this.#options.peer, FIRST_PACE);
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
      const { lastSenderReport: last, delaySinceLastSenderReport: delay } = report;
      const arrivalUnixMicros = (this.#options.unixMs() - ageMs) * 1000;
      roundTripMs = roundTripOf({ last, delay }, arrivalUnixMicros) ?? roundTripMs;
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
    if (this.#pacedUntilMs === undefined || nowMs < this.#pacedUntilMs) return;
    this.#pacedUntilMs = Number.POSITIVE_INFINITY;
    if (!this.#estimator.path.measured) this.#options.wire.setPacing(this.#options.peer, undefined);
  }

  /** What would be sent if the network were no limit, bits per second. */
  setWanted(bps: number): void {
    this.#estimator.setWanted(bps);
  }

  takeProbe(nowMs: number): ProbeRequest | undefined {
    return this.#estimator.takeProbe(nowMs);
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
