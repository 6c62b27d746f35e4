import type { Report } from "../benchmark.ts";
import { formatTable } from "../measure/table.ts";

export interface MeasuredWay {
  /** Capture to render, ms. */
  glassP50Ms: { webrtc: number; hls: number };
  glassP95Ms: { webrtc: number; hls: number };
  /** Of the media worker and its children: while it is only packaged, and with one viewer over WebRTC. */
  cpuMsPerStreamSecond: { unwatched: number; watched: number };
}

/** A table, a row for each way; JSON. */
export function presentIngest(measured: Readonly<Record<string, MeasuredWay>>): Report {
  const streamsPerCore = (ms: number) => Math.floor(1000 / Math.max(1, ms));
  const rows = Object.entries(measured).map(([name, { glassP50Ms, glassP95Ms, cpuMsPerStreamSecond }]) => [
    name,
    `${glassP50Ms.webrtc} / ${glassP95Ms.webrtc} ms`,
    `${glassP50Ms.hls} / ${glassP95Ms.hls} ms`,
    `${cpuMsPerStreamSecond.unwatched.toFixed(1)} ms`,
    `${cpuMsPerStreamSecond.watched.toFixed(1)} ms`,
    streamsPerCore(cpuMsPerStreamSecond.watched),
  ]);
  return {
    text: formatTable(
      ["way", "WebRTC p50 / p95", "LL-HLS p50 / p95", "CPU, unwatched", "with a viewer", "streams a core"],
      rows,
    ),
    json: {
      ways: Object.fromEntries(
        Object.entries(measured).map(([name, way]) => [
          name,
          { ...way, streamsPerCore: streamsPerCore(way.cpuMsPerStreamSecond.watched) },
        ]),
      ),
    },
  };
}
