import type { Registry } from "prom-client";
import { readCounter } from "../../node/read-metrics.ts";
import { addIngestMetrics } from "../ingest-metrics.ts";
import type { RecorderIngest } from "./recorder-ingest.ts";

/** What operators see of hosts whose browsers record. */
export function addRecorderMetrics(registry: Registry, ingest: Pick<RecorderIngest, "counts">): void {
  addIngestMetrics(registry, {
    prefix: "recorder",
    noun: "Browsers' recorders",
    counts: () => ingest.counts,
  });
  const resumed = {
    name: "recorder_resumed_total",
    help: "Recorders that came back over another connection",
  };
  readCounter(registry, resumed, () => ingest.counts.resumed);
}
