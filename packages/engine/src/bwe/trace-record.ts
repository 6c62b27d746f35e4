import type { BandwidthOptions } from "./types.ts";

/**
 * One input of an estimator, as a line of JSON. Times of packets are whole microseconds and differences: `sent` to the
 * packet before, `arrival` to the last one that arrived; `null`: lost.
 */
export type TraceRecord =
  | { kind: "options"; options: BandwidthOptions }
  | {
      kind: "feedback";
      atMs: number;
      sent: number[];
      arrival: (number | null)[];
      sizes: number[];
      /** Left out when no packet belongs to a probe. */
      clusters?: number[];
    }
  | { kind: "report"; atMs: number; lossRatio: number; roundTripMs?: number }
  | { kind: "remb"; atMs: number; bps: number }
  | { kind: "wanted"; bps: number }
  | { kind: "path"; atMs: number }
  | { kind: "poll"; atMs: number }
  | { kind: "probe"; atMs: number };

const NUMBERS: Record<string, readonly string[]> = {
  feedback: ["atMs"],
  report: ["atMs", "lossRatio"],
  remb: ["atMs", "bps"],
  wanted: ["bps"],
  path: ["atMs"],
  poll: ["atMs"],
  probe: ["atMs"],
};

/** Reads a line of a trace; a string says what is wrong with it. */
export function parseTraceRecord(line: string): TraceRecord | string {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return "a trace line is not JSON";
  }
  if (!isObject(record) || typeof record.kind !== "string") return "a trace line has no kind";
  const { kind } = record;
  if (kind === "options")
    return isOptions(record.options) ? { kind, options: record.options } : "bad options";
  const numbers = Object.hasOwn(NUMBERS, kind) ? NUMBERS[kind]! : undefined;
  if (numbers === undefined) return "a trace line of unknown kind";
  for (const name of numbers) if (!isNumber(record[name])) return `a ${kind} without ${name}`;
  if (kind === "report" && !(record.roundTripMs === undefined || isNumber(record.roundTripMs)))
    return "a report with a bad roundTripMs";
  if (kind === "feedback" && !hasColumns(record)) return "a feedback with bad columns";
  return record as TraceRecord;
}

function hasColumns({ sent, arrival, sizes, clusters }: Record<string, unknown>): boolean {
  if (!isColumn(sent, isNumber) || !isColumn(sizes, isNumber)) return false;
  if (!isColumn(arrival, (value) => value === null || isNumber(value))) return false;
  if (sent.length !== arrival.length || sent.length !== sizes.length) return false;
  return clusters === undefined || (isColumn(clusters, isNumber) && clusters.length === sent.length);
}

function isOptions(value: unknown): value is BandwidthOptions {
  return isObject(value) && Object.values(value).every(isNumber);
}

function isColumn(value: unknown, accepts: (entry: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.every(accepts);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
