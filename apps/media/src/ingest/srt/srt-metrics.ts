import { Counter, Gauge, type Registry } from "prom-client";
import type { SrtIngest } from "./srt-ingest.ts";

/** What operators see of SRT. */
export function addSrtMetrics(registry: Registry, ingest: Pick<SrtIngest, "counts">): void {
  const registers = [registry];
  new Gauge({
    name: "sameroom_media_srt_connections",
    help: "SRT connections: those that publish, and callers whose key is being checked",
    labelNames: ["state"],
    registers,
    collect() {
      const { waiting, publishing } = ingest.counts;
      this.set({ state: "waiting" }, waiting);
      this.set({ state: "publishing" }, publishing);
    },
  });
  new Counter({
    name: "sameroom_media_srt_refused_total",
    help: "SRT callers that were turned away, by what they were told",
    labelNames: ["why"],
    registers,
    collect() {
      this.reset();
      for (const [why, count] of ingest.counts.refused) this.inc({ why }, count);
    },
  });
  new Counter({
    name: "sameroom_media_srt_dropped_total",
    help: "Datagrams on the port of SRT that belong to nobody",
    labelNames: ["why"],
    registers,
    collect() {
      this.reset();
      for (const [why, count] of Object.entries(ingest.counts.dropped)) this.inc({ why }, count);
    },
  });
  new Counter({
    name: "sameroom_media_srt_received_bytes_total",
    help: "Bytes of media that came over SRT",
    registers,
    collect() {
      this.reset();
      this.inc(ingest.counts.receivedBytes);
    },
  });
}
