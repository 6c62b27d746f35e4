import { BandwidthEstimator } from "./bandwidth-estimator.ts";
import { PacketResultLog } from "./packet-result-log.ts";
import { parseTraceRecord, type TraceRecord } from "./trace-record.ts";
import type { BandwidthOptions, PacketResults, PathEstimate, ProbeRequest } from "./types.ts";

/** An estimator that writes down all it is told, a line of JSON each: a {@link replayTrace} decides the same. */
export class TracedEstimator extends BandwidthEstimator {
  readonly #write: (line: string) => void;

  constructor(options: BandwidthOptions, write: (line: string) => void) {
    super(options);
    this.#write = write;
    this.#record({ kind: "options", options });
  }

  override setWanted(bps: number): void {
    this.#record({ kind: "wanted", bps });
    super.setWanted(bps);
  }

  override onFeedback(nowMs: number, results: PacketResults): void {
    this.#record(feedbackRecord(nowMs, results));
    super.onFeedback(nowMs, results);
  }

  override onReceiverReport(
    nowMs: number,
    report: { lossRatio: number; roundTripMs?: number | undefined },
  ): void {
    const { lossRatio, roundTripMs } = report;
    this.#record({
      kind: "report",
      atMs: nowMs,
      lossRatio,
      ...(roundTripMs !== undefined && { roundTripMs }),
    });
    super.onReceiverReport(nowMs, report);
  }

  override onRemb(nowMs: number, bps: number): void {
    this.#record({ kind: "remb", atMs: nowMs, bps });
    super.onRemb(nowMs, bps);
  }

  override onPathChange(nowMs: number): void {
    this.#record({ kind: "path", atMs: nowMs });
    super.onPathChange(nowMs);
  }

  override poll(nowMs: number): void {
    this.#record({ kind: "poll", atMs: nowMs });
    super.poll(nowMs);
  }

  override takeProbe(nowMs: number): ProbeRequest | undefined {
    this.#record({ kind: "probe", atMs: nowMs });
    return super.takeProbe(nowMs);
  }

  #record(record: TraceRecord): void {
    this.#write(JSON.stringify(record));
  }
}

/** The path after an input, and the probe it asked for, if that was the question. */
export interface TraceDecision extends PathEstimate {
  probe?: ProbeRequest;
}

/**
 * What an estimator decides when told what the lines of a trace say, one decision for each line. `options` in place of the
 * recorded ones show what would have been. Throws on a line that is none.
 */
export function replayTrace(lines: Iterable<string>, options?: BandwidthOptions): TraceDecision[] {
  const decisions: TraceDecision[] = [];
  const results = new PacketResultLog();
  let estimator = new BandwidthEstimator(options);
  for (const line of lines) {
    const record = parseTraceRecord(line);
    if (typeof record === "string") throw new Error(`line ${decisions.length + 1} of the trace: ${record}`);
    let probe: ProbeRequest | undefined;
    if (record.kind === "options") estimator = new BandwidthEstimator(options ?? record.options);
    else if (record.kind === "probe") probe = estimator.takeProbe(record.atMs);
    else apply(estimator, record, results);
    decisions.push({ ...estimator.path, ...(probe !== undefined && { probe }) });
  }
  return decisions;
}

type Input = Exclude<TraceRecord, { kind: "options" | "probe" }>;

function apply(estimator: BandwidthEstimator, record: Input, results: PacketResultLog): void {
  switch (record.kind) {
    case "feedback":
      fill(results, record);
      estimator.onFeedback(record.atMs, results);
      break;
    case "report":
      estimator.onReceiverReport(record.atMs, record);
      break;
    case "remb":
      estimator.onRemb(record.atMs, record.bps);
      break;
    case "wanted":
      estimator.setWanted(record.bps);
      break;
    case "path":
      estimator.onPathChange(record.atMs);
      break;
    case "poll":
      estimator.poll(record.atMs);
      break;
  }
}

function fill(results: PacketResultLog, record: TraceRecord & { kind: "feedback" }): void {
  results.clear();
  let sent = 0;
  let arrival = 0;
  for (let index = 0; index < record.sent.length; index++) {
    sent += record.sent[index]!;
    const delta = record.arrival[index]!;
    if (delta !== null) arrival += delta;
    const told = delta === null ? Number.NaN : arrival;
    results.add(sent, told, record.sizes[index]!, record.clusters?.[index] ?? 0);
  }
}

function feedbackRecord(atMs: number, results: PacketResults): TraceRecord {
  const { count } = results;
  const sizes = Array.from(results.sizes.subarray(0, count));
  const clusters = Array.from(results.clusters.subarray(0, count));
  const sent: number[] = [];
  const arrival: (number | null)[] = [];
  let sentBefore = 0;
  let arrivalBefore = 0;
  for (let index = 0; index < count; index++) {
    sent.push(results.sentMicros[index]! - sentBefore);
    sentBefore = results.sentMicros[index]!;
    const at = results.arrivalMicros[index]!;
    arrival.push(Number.isNaN(at) ? null : at - arrivalBefore);
    if (!Number.isNaN(at)) arrivalBefore = at;
  }
  const probed = clusters.some((cluster) => cluster !== 0);
  return { kind: "feedback", atMs, sent, arrival, sizes, ...(probed && { clusters }) };
}
