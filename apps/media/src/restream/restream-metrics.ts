import { Counter, Gauge, type Registry } from "prom-client";
import type { Restreams } from "./restreams.ts";

/** What operators see of shows that are sent on to other platforms. */
export function addRestreamMetrics(registry: Registry, restreams: Pick<Restreams, "counts">): void {
  const registers = [registry];
  new Gauge({
    name: "sameroom_media_restreams",
    help: "Targets that shows are sent on to, by how they are doing",
    labelNames: ["state"],
    registers,
    collect() {
      for (const [state, count] of Object.entries(restreams.counts.states)) this.set({ state }, count);
    },
  });
  new Counter({
    name: "sameroom_media_restream_failures_total",
    help: "Connections to targets that failed, by why",
    labelNames: ["reason"],
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of restreams.counts.failures) this.inc({ reason }, count);
    },
  });
  new Counter({
    name: "sameroom_media_restream_sent_bytes_total",
    help: "Bytes that were sent to targets",
    registers,
    collect() {
      this.reset();
      this.inc(restreams.counts.sentBytes);
    },
  });
}
