import type { Registry } from "prom-client";
import { readCounter, readGauge } from "../node/read-metrics.ts";

/** What every ingest counts. */
export interface IngestCounts {
  /** Connections that have not begun to publish. */
  readonly waiting: number;
  readonly publishing: number;
  readonly receivedBytes: number;
}

/** What operators see of every ingest: who is there, and how much came. */
export function addIngestMetrics(
  registry: Registry,
  { prefix, noun, counts }: { prefix: string; noun: string; counts: () => IngestCounts },
): void {
  const connections = {
    name: `${prefix}_connections`,
    help: `${noun}: those that publish, and those that have not begun`,
    label: "state",
  };
  readGauge(registry, connections, () => {
    const { waiting, publishing } = counts();
    return [
      ["waiting", waiting],
      ["publishing", publishing],
    ];
  });
  const received = { name: `${prefix}_received_bytes_total`, help: `${noun}: bytes that came` };
  readCounter(registry, received, () => counts().receivedBytes);
}
