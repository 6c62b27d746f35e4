import { NETWORK_CASES, type NetworkCaseName } from "../../testing/impaired/cases.ts";
import type { CaseSummary } from "../../testing/impaired/summary.ts";
import type { Report } from "../benchmark.ts";
import { formatTable, ratio } from "../measure/table.ts";

interface Target {
  /** For people. */
  text: string;
  isMet(summary: CaseSummary): boolean;
}

const atMost = (value: number | null, limit: number) => value !== null && value <= limit;

/** What we hold ourselves to; the other cases are shown as they are. */
const TARGETS: Partial<Record<NetworkCaseName, readonly Target[]>> = {
  loss: [
    { text: "p95 below 500 ms", isMet: ({ p95LatencyMs }) => atMost(p95LatencyMs, 499) },
    { text: "no freeze over 500 ms", isMet: ({ freezesPerMinute }) => freezesPerMinute === 0 },
  ],
  bandwidth: [
    { text: "lower layer within 1 s", isMet: ({ lowerLayerMs }) => atMost(lowerLayerMs, 1000) },
    { text: "back up within 10 s", isMet: (summary) => atMost(summary.recoveryMs, 10_000) },
  ],
};

export type CaseSummaries = Partial<Record<NetworkCaseName, CaseSummary>>;

/** Tables for the screen; JSON with each case under its name. */
export function presentCases(cases: CaseSummaries): Report {
  const named = Object.entries(cases) as [NetworkCaseName, CaseSummary][];
  const plain = cases.none?.p95LatencyMs;
  const results = formatTable(
    ["case", "freezes/min", "longest ms", "p95 ms", "x none", "lower ms", "recovery ms", "sessions"],
    named.map(([name, summary]) => [
      NETWORK_CASES[name].title,
      summary.freezesPerMinute,
      summary.longestFreezeMs,
      shown(summary.p95LatencyMs),
      plain && summary.p95LatencyMs ? ratio(summary.p95LatencyMs, plain) : "-",
      shown(summary.lowerLayerMs),
      shown(summary.recoveryMs),
      summary.sessions,
    ]),
  );
  const verdicts = named.flatMap(([name, summary]) =>
    (TARGETS[name] ?? []).map(({ text, isMet }) => [name, text, isMet(summary) ? "pass" : "miss"]),
  );
  const why = formatTable(
    ["during the fault", "lost", "overflow", "nacks", "rtx", "plis", "keyframes", "buffer ms", "layers"],
    named.map(([name, { link, counters, jitterBufferMs, layers }]) => [
      name,
      link.lost,
      link.overflowed,
      counters.nacks,
      counters.retransmitted,
      counters.plis,
      counters.keyframesDecoded,
      shown(jitterBufferMs),
      layers.map(({ atMs, width }) => `${(atMs / 1000).toFixed(1)}s:${width}`).join(" "),
    ]),
  );
  const targets = verdicts.length === 0 ? [] : [formatTable(["case", "target", ""], verdicts)];
  return { text: [results, ...targets, why].join("\n\n"), json: { cases } };
}

function shown(value: number | null): number | string {
  return value ?? "-";
}
