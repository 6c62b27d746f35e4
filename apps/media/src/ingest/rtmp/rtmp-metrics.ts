import { Counter, Gauge, type Registry } from "prom-client";
import type { RtmpIngest } from "./rtmp-ingest.ts";

/** What operators see of RTMP. */
export function addRtmpMetrics(registry: Registry, ingest: Pick<RtmpIngest, "counts">): void {
  const registers = [registry];
  new Gauge({
    name: "sameroom_media_rtmp_connections",
    help: "RTMP connections: those that publish, and those that have not begun",
    labelNames: ["state"],
    registers,
    collect() {
      const { waiting, publishing } = ingest.counts;
      this.set({ state: "waiting" }, waiting);
      this.set({ state: "publishing" }, publishing);
    },
  });
  new Counter({
    name: "sameroom_media_rtmp_ended_total",
    help: "RTMP connections that ended, by why",
    labelNames: ["cause"],
    registers,
    collect() {
      this.reset();
      for (const [cause, count] of ingest.counts.ends) this.inc({ cause }, count);
    },
  });
  new Counter({
    name: "sameroom_media_rtmp_received_bytes_total",
    help: "Bytes that came over RTMP",
    registers,
    collect() {
      this.reset();
      this.inc(ingest.counts.receivedBytes);
    },
  });
}
