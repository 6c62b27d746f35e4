import { Counter, Gauge, type Registry } from "prom-client";
import type { RecorderIngest } from "./recorder-ingest.ts";

/** What operators see of hosts whose browsers record. */
export function addRecorderMetrics(registry: Registry, ingest: Pick<RecorderIngest, "counts">): void {
  const registers = [registry];
  new Gauge({
    name: "sameroom_media_recorder_sessions",
    help: "Recorders: those that publish, and connections that have not begun",
    labelNames: ["state"],
    registers,
    collect() {
      const { waiting, publishing } = ingest.counts;
      this.set({ state: "waiting" }, waiting);
      this.set({ state: "publishing" }, publishing);
    },
  });
  new Counter({
    name: "sameroom_media_recorder_resumed_total",
    help: "Recorders that came back over another connection",
    registers,
    collect() {
      this.reset();
      this.inc(ingest.counts.resumed);
    },
  });
  new Counter({
    name: "sameroom_media_recorder_received_bytes_total",
    help: "Bytes that recorders sent",
    registers,
    collect() {
      this.reset();
      this.inc(ingest.counts.receivedBytes);
    },
  });
}
