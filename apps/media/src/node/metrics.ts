import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { MediaNode } from "./media-node.ts";

/** Prometheus metrics of one worker: the process, the sessions, everything the wire counts. */
export function createMetrics(node: MediaNode, linked: () => boolean): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "sameroom_media_sessions",
    help: "Peer connections by what they do",
    labelNames: ["kind"],
    registers: [registry],
    collect() {
      const { publishers, viewers } = node.counts;
      this.set({ kind: "publisher" }, publishers);
      this.set({ kind: "viewer" }, viewers);
    },
  });
  new Gauge({
    name: "sameroom_media_control_linked",
    help: "1 while the link to control is up",
    registers: [registry],
    collect() {
      this.set(linked() ? 1 : 0);
    },
  });
  new Gauge({
    name: "sameroom_media_wire",
    help: "What the wire counts since its start, by name",
    labelNames: ["counter"],
    registers: [registry],
    collect() {
      for (const [counter, value] of Object.entries(node.wire.stats())) this.set({ counter }, value);
    },
  });
  return registry;
}
