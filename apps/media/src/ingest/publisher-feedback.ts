import type { TransportFeedbackLog } from "@sameroom/engine";
import {
  type ExtendedReport,
  ntpFromUnixMicros,
  type RtcpPacket,
  roundTripMs,
  serializeRtcp,
} from "@sameroom/protocol";
import type { MediaCounters } from "../node/media-counters.ts";
import type { IncomingStream } from "./incoming-stream.ts";

export interface PublisherFeedbackOptions {
  senderSsrc: number;
  transport: TransportFeedbackLog;
  counters: MediaCounters;
  /** The publisher answers receiver reference times. */
  measuresRoundTrip: boolean;
  unixMs: () => number;
  send(packet: Uint8Array): void;
}

const REPORT_INTERVAL_MS = 1000;
/** Assumed until measured. */
const DEFAULT_ROUND_TRIP_MS = 60;

/** RTCP towards one publisher: NACK, keyframe requests, transport-wide feedback, receiver reports. */
export class PublisherFeedback {
  readonly #options: PublisherFeedbackOptions;
  #reportedAtMs = Number.NEGATIVE_INFINITY;
  #expected = 0;
  #lost = 0;
  /** Round trip to the publisher, ms, when it could be measured. */
  roundTripMs: number | undefined;

  constructor(options: PublisherFeedbackOptions) {
    this.#options = options;
  }

  arrived(transportSequence: number, arrivalMicros: number): void {
    this.#options.transport.receive(transportSequence, arrivalMicros);
  }

  poll(nowMs: number, streams: readonly IncomingStream[]): void {
    const { senderSsrc, transport } = this.#options;
    const packets: RtcpPacket[] = [];
    for (const stream of streams) this.#pollStream(stream, nowMs, packets);
    const media = streams[0];
    if (media !== undefined) packets.push(...transport.poll(nowMs, media.ssrc));
    const reports = nowMs - this.#reportedAtMs >= REPORT_INTERVAL_MS ? this.#takeReports(nowMs, streams) : [];
    if (packets.length === 0 && reports.length === 0) return;
    // Reduced-size RTCP was negotiated or not; a leading receiver report makes the compound valid either way.
    const reference = reports.length > 0 && this.#options.measuresRoundTrip ? [this.#reference()] : [];
    this.#options.send(serializeRtcp([{ type: "rr", ssrc: senderSsrc, reports }, ...reference, ...packets]));
  }

  /** The publisher's answer to a receiver reference time of ours. */
  handleExtendedReport({ blocks }: ExtendedReport, arrivalUnixMicros: number): void {
    for (const block of blocks) {
      if (block.type !== "dlrr") continue;
      const ours = block.entries.find(({ ssrc }) => ssrc === this.#options.senderSsrc);
      if (ours === undefined) continue;
      const { lastReceiverReport: last, delaySinceLastReceiverReport: delay } = ours;
      this.#measureRoundTrip(roundTripMs({ last, delay }, arrivalUnixMicros));
    }
  }

  #reference(): ExtendedReport {
    const { senderSsrc, unixMs } = this.#options;
    const time = ntpFromUnixMicros(unixMs() * 1000);
    return { type: "xr", ssrc: senderSsrc, blocks: [{ type: "rrtr", ...time }] };
  }

  /** Share of packets lost since the last call, 0..1. */
  takeLossRatio(): number {
    const ratio = this.#expected <= 0 ? 0 : Math.min(1, this.#lost / this.#expected);
    this.#expected = 0;
    this.#lost = 0;
    return ratio;
  }

  #pollStream(stream: IncomingStream, nowMs: number, packets: RtcpPacket[]): void {
    const { senderSsrc, counters } = this.#options;
    const mediaSsrc = stream.ssrc;
    const { missing } = stream;
    const sequenceNumbers = missing.poll(nowMs, this.roundTripMs ?? DEFAULT_ROUND_TRIP_MS);
    if (sequenceNumbers.length > 0 && stream.wantsNack) {
      packets.push({ type: "nack", senderSsrc, mediaSsrc, sequenceNumbers });
      counters.requestedPackets += sequenceNumbers.length;
    }
    this.#measureRoundTrip(missing.takeRoundTripMs());
    // Decoders stay broken after a lost packet until the next keyframe.
    if (missing.takeGivenUp() > 0 && stream.section.kind === "video") stream.keyframes.want();
    const ask = stream.keyframeFeedback;
    if (ask === undefined || !stream.keyframes.poll(nowMs)) return;
    counters.requestedKeyframes += 1;
    if (ask === "pli") packets.push({ type: "pli", senderSsrc, mediaSsrc });
    else {
      const entries = [{ ssrc: mediaSsrc, sequenceNumber: stream.nextFirSequence() }];
      packets.push({ type: "fir", senderSsrc, mediaSsrc: 0, entries });
    }
  }

  /** Smoothed, but quick to believe in a shorter way. */
  #measureRoundTrip(sampleMs: number | undefined): void {
    if (sampleMs === undefined) return;
    const before = this.roundTripMs;
    this.roundTripMs =
      before === undefined || sampleMs < before ? sampleMs : before + (sampleMs - before) / 8;
  }

  #takeReports(nowMs: number, streams: readonly IncomingStream[]) {
    this.#reportedAtMs = nowMs;
    const reports = [];
    for (const stream of streams) {
      const report = stream.reception.takeReport(nowMs);
      if (report === undefined) continue;
      const { interval, ...block } = report;
      this.#expected += interval.expected;
      this.#lost += interval.lost;
      reports.push(block);
    }
    return reports.slice(0, 31);
  }
}
