import type { WorkerLoad } from "@sameroom/contract";
import type { MediaNode } from "./media-node.ts";

/** Measures what this worker does, as rates between two calls. */
export class LoadMeter {
  readonly #node: MediaNode;
  #cpu = process.cpuUsage();
  #atMs = performance.now();
  #wire: ReturnType<MediaNode["wire"]["stats"]>;

  constructor(node: MediaNode) {
    this.#node = node;
    this.#wire = node.wire.stats();
  }

  take(): WorkerLoad {
    const nowMs = performance.now();
    const seconds = Math.max(0.001, (nowMs - this.#atMs) / 1000);
    const cpu = process.cpuUsage(this.#cpu);
    const wire = this.#node.wire.stats();
    const before = this.#wire;
    this.#cpu = process.cpuUsage();
    this.#atMs = nowMs;
    this.#wire = wire;
    return {
      cpu: (cpu.user + cpu.system) / 1e6 / seconds,
      memoryBytes: process.memoryUsage.rss(),
      packetsIn: (wire.receivedPackets - before.receivedPackets) / seconds,
      packetsOut: (wire.sentPackets - before.sentPackets) / seconds,
      bitsIn: ((wire.receivedBytes - before.receivedBytes) * 8) / seconds,
      bitsOut: ((wire.sentBytes - before.sentBytes) * 8) / seconds,
      ...this.#node.counts,
      sendPath: this.#node.wire.sendPath,
    };
  }
}
