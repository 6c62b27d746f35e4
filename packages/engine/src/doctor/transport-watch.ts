import type { TransportReport } from "./types.ts";

const WINDOW_MS = 10_000;

/** Means of what was reported of the transport lately. */
export interface TransportMeans {
  lossRatio: number;
  repairedRatio: number;
  /** In every report. */
  layerMissing: boolean;
  driftPpm: number | undefined;
  hasRival: boolean;
  unsupported: readonly string[];
}

/** Keeps the reports of the last ten seconds. */
export class TransportWatch {
  readonly #reports: (TransportReport & { atMs: number })[] = [];

  /** `nowMs` since 1970. */
  add(report: TransportReport, nowMs: number): void {
    this.#reports.push({ ...report, atMs: nowMs });
  }

  means(nowMs: number): TransportMeans {
    const kept = this.#reports.findIndex(({ atMs }) => nowMs - atMs <= WINDOW_MS);
    this.#reports.splice(0, kept < 0 ? this.#reports.length : kept);
    const reports = this.#reports;
    return {
      lossRatio: mean(reports.map(({ lossRatio }) => lossRatio)) ?? 0,
      repairedRatio: mean(reports.map(({ repairedRatio }) => repairedRatio)) ?? 0,
      layerMissing: reports.length > 0 && reports.every(({ layerMissing }) => layerMissing === true),
      driftPpm: mean(reports.map(({ driftPpm }) => driftPpm)),
      hasRival: reports.at(-1)?.hasRival === true,
      unsupported: reports.at(-1)?.unsupported ?? [],
    };
  }
}

function mean(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}
