import type { Registry } from "prom-client";
import { readCounter } from "../../node/read-metrics.ts";
import { addIngestMetrics } from "../ingest-metrics.ts";
import type { SrtIngest } from "./srt-ingest.ts";

/** What operators see of SRT. */
export function addSrtMetrics(registry: Registry, ingest: Pick<SrtIngest, "counts">): void {
  addIngestMetrics(registry, { prefix: "srt", noun: "SRT connections", counts: () => ingest.counts });
  const refused = {
    name: "srt_refused_total",
    help: "SRT callers that were turned away, by what they were told",
    label: "why",
  };
  readCounter(registry, refused, () => ingest.counts.refused);
  const dropped = {
    name: "srt_dropped_total",
    help: "Datagrams on the port of SRT that belong to nobody",
    label: "why",
  };
  readCounter(registry, dropped, () => Object.entries(ingest.counts.dropped));
}
