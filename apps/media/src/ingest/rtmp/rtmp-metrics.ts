import type { Registry } from "prom-client";
import { readCounter } from "../../node/read-metrics.ts";
import { addIngestMetrics } from "../ingest-metrics.ts";
import type { RtmpIngest } from "./rtmp-ingest.ts";

/** What operators see of RTMP. */
export function addRtmpMetrics(registry: Registry, ingest: Pick<RtmpIngest, "counts">): void {
  addIngestMetrics(registry, { prefix: "rtmp", noun: "RTMP connections", counts: () => ingest.counts });
  const ended = { name: "rtmp_ended_total", help: "RTMP connections that ended, by why", label: "cause" };
  readCounter(registry, ended, () => ingest.counts.ends);
}
