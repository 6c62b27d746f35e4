import type { Wire } from "@sameroom/native";
import { compactNtp, type ExtendedReport, parseRtcp, type RtcpPacket } from "@sameroom/protocol";
import type { MediaCounters } from "../node/media-counters.ts";
import { Repairs } from "./repairs.ts";
import type { SlotOutput } from "./slot-output.ts";
import type { ViewerPath } from "./viewer-path.ts";

export interface ViewerFeedbackOptions {
  /** Outputs by the SSRC we send them with. */
  outputs: ReadonlyMap<number, SlotOutput>;
  path: ViewerPath;
  wire: Pick<Wire, "nowMicros" | "resend" | "outputStats">;
  counters: MediaCounters;
  /** Sends a compound packet to the viewer. */
  send(packets: RtcpPacket[]): void;
  /** The path looks different now. */
  onEstimate(nowMs: number): void;
}

/** A decoder asks again and again while it waits; the publisher is not bothered more often than this by one viewer. */
const PLI_INTERVAL_MS = 1000;

/** What one viewer says by RTCP: how the path is, what was lost, which decoder has lost its way. */
export class ViewerFeedback {
  readonly #options: ViewerFeedbackOptions;
  readonly #repairs: Repairs;
  readonly #pliAtMs = new Map<SlotOutput, number>();

  constructor(options: ViewerFeedbackOptions) {
    this.#options = options;
    this.#repairs = new Repairs(options.wire);
  }

  /** Takes a compound packet; a malformed one is ignored. */
  handle(compound: Uint8Array, nowMs: number, arrivalMicros: number): void {
    const packets = parseRtcp(compound);
    if (packets === undefined) return;
    for (const packet of packets) this.#handle(packet, nowMs, arrivalMicros);
  }

  #handle(packet: RtcpPacket, nowMs: number, arrivalMicros: number): void {
    const { path, outputs, wire, onEstimate } = this.#options;
    switch (packet.type) {
      case "transport-cc":
        path.handleFeedback(packet, nowMs);
        onEstimate(nowMs);
        return;
      case "remb":
        path.handleRemb(packet.bitrateBps, nowMs);
        onEstimate(nowMs);
        return;
      case "rr":
      case "sr": {
        const ours = packet.reports.filter(({ ssrc }) => outputs.has(ssrc));
        path.handleReports(ours, nowMs, (wire.nowMicros() - arrivalMicros) / 1000);
        return;
      }
      case "nack":
        this.#resend(packet.mediaSsrc, packet.sequenceNumbers, nowMs);
        return;
      case "pli":
        this.#keyframeWanted(packet.mediaSsrc, nowMs);
        return;
      case "fir":
        for (const { ssrc } of packet.entries) this.#keyframeWanted(ssrc, nowMs);
        return;
      case "xr":
        this.#echo(packet, arrivalMicros);
        return;
      default:
    }
  }

  /**
   * A viewer who sends nothing learns the round trip only by our answer (RFC 3611 section 4.5), and asks for a lost packet
   * again after one round trip instead of a guess at it.
   */
  #echo({ ssrc, blocks }: ExtendedReport, arrivalMicros: number): void {
    const { outputs, wire, send } = this.#options;
    const reference = blocks.find((block) => block.type === "rrtr");
    const [ours] = outputs.keys();
    if (reference === undefined || ours === undefined) return;
    const heldMicros = Math.max(0, wire.nowMicros() - arrivalMicros);
    const entry = {
      ssrc,
      lastReceiverReport: compactNtp(reference),
      delaySinceLastReceiverReport: Math.round((heldMicros * 65_536) / 1_000_000),
    };
    send([
      { type: "rr", ssrc: ours, reports: [] },
      { type: "xr", ssrc: ours, blocks: [{ type: "dlrr", entries: [entry] }] },
    ]);
  }

  #resend(ssrc: number, sequenceNumbers: readonly number[], nowMs: number): void {
    const { outputs, counters, path } = this.#options;
    const output = outputs.get(ssrc);
    if (output === undefined) return;
    const id = output.slot.output;
    const { roundTripMs, estimateBps } = path.estimate;
    counters.nackedPackets += sequenceNumbers.length;
    const wanted = output.worthRepeating(sequenceNumbers, nowMs, estimateBps);
    if (wanted.length === 0) return;
    const { sent, hopeless } = this.#repairs.answer(id, wanted, { nowMs, roundTripMs });
    if (hopeless || output.startsWith(wanted)) this.#keyframeWanted(ssrc, nowMs);
    counters.resentPackets += sent;
  }

  #keyframeWanted(ssrc: number, nowMs: number): void {
    const output = this.#options.outputs.get(ssrc);
    if (output === undefined) return;
    if (nowMs - (this.#pliAtMs.get(output) ?? Number.NEGATIVE_INFINITY) < PLI_INTERVAL_MS) return;
    this.#pliAtMs.set(output, nowMs);
    this.#options.counters.decoderRequests += 1;
    output.decoderLost(nowMs);
  }
}
