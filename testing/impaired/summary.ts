import {
  countersIn,
  type Freeze,
  freezesIn,
  latencyIn,
  layersIn,
  type ReceiverCounters,
  recoveryMs,
} from "../playback/recording.ts";
import type { CaseRun, WatchStateChange } from "./run-case.ts";

/** What is reported of a case. Times in ms; null where there is nothing to measure. */
export interface CaseSummary {
  /** Freezes over 500 ms during the fault, by its minutes. */
  freezesPerMinute: number;
  longestFreezeMs: number;
  /** Capture to screen during the fault. */
  p95LatencyMs: number | null;
  p50LatencyMs: number | null;
  /** The same before it, on the same path. */
  p95BeforeMs: number | null;
  /** From the end of the fault to a picture at its former size that goes on. */
  recoveryMs: number | null;
  /** From the beginning of the fault to the first smaller picture on screen. */
  lowerLayerMs: number | null;
  /** Width on screen, by ms since the fault set in. */
  layers: { atMs: number; width: number }[];
  sessions: number;
  /** What the SDK said, by ms since the fault set in. */
  states: WatchStateChange[];
  freezes: Freeze[];
  link: CaseRun["link"];
  /** During the fault. */
  counters: Omit<ReceiverCounters, "atMs">;
  /** Mean time pictures waited in the jitter buffer during the fault. */
  jitterBufferMs: number | null;
}

/** Reads a case's recording. */
export function summarizeCase(run: CaseRun): CaseSummary {
  const { recording, before, during, goodAtMs, endMs, widthBefore } = run;
  const { frames } = recording;
  const freezes = freezesIn(frames, during);
  const minutes = (during.toMs - during.fromMs) / 60_000;
  const layers = layersIn(frames, { fromMs: before.fromMs, toMs: endMs });
  const lower = layers.find(({ atMs, width }) => atMs > during.fromMs && width < widthBefore);
  const since = (atMs: number) => Math.round(atMs - during.fromMs);
  const counters = countersIn(recording.counters, during);
  return {
    freezesPerMinute: Math.round((freezes.length / minutes) * 10) / 10,
    longestFreezeMs: Math.round(Math.max(0, ...freezes.map(({ lengthMs }) => lengthMs))),
    p95LatencyMs: whole(latencyIn(frames, during, 0.95)),
    p50LatencyMs: whole(latencyIn(frames, during, 0.5)),
    p95BeforeMs: whole(latencyIn(frames, before, 0.95)),
    recoveryMs: whole(recoveryMs(frames, { sinceMs: goodAtMs, width: widthBefore }) ?? Number.NaN),
    lowerLayerMs: lower === undefined ? null : whole(lower.atMs - during.fromMs),
    layers: layers.map(({ atMs, width }) => ({ atMs: since(atMs), width })),
    sessions: run.sessions,
    states: run.states.map(({ atMs, state }) => ({ atMs: since(atMs), state })),
    freezes: freezes.map(({ atMs, lengthMs }) => ({ atMs: since(atMs), lengthMs: Math.round(lengthMs) })),
    link: run.link,
    counters,
    jitterBufferMs: whole((counters.jitterBufferSeconds / counters.jitterBufferEmitted) * 1000),
  };
}

function whole(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value) : null;
}
