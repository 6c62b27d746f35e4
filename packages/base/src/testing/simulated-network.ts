import type { Random } from "../random.ts";

/** How one direction of a link behaves. Everything defaults to a perfect link. */
export interface LinkOptions {
  /** Probability of losing a packet, 0..1. */
  loss?: number;
  /** Mean length of a loss burst in packets (Gilbert model); default 1: independent losses. */
  lossBurst?: number;
  /** One-way delay, ms. */
  delayMs?: number;
  /** Extra delay, uniform in [0, jitterMs]. Order is kept unless `reorder` strikes. */
  jitterMs?: number;
  /** Probability that a packet ignores the order (overtakes by up to `reorderMs`), 0..1. */
  reorder?: number;
  /** How late a reordered packet comes at most, ms; default 20. */
  reorderMs?: number;
  /** Probability of delivering a packet twice, 0..1. */
  duplicate?: number;
  /** Bottleneck rate in bits per second; unlimited when absent. */
  bandwidthBps?: number;
  /** Bytes the bottleneck queues before it drops; default 64 KiB. */
  queueBytes?: number;
}

export interface LinkCounts {
  sent: number;
  delivered: number;
  lost: number;
  queueDropped: number;
  duplicated: number;
  reordered: number;
}

interface InFlight<Packet> {
  atMs: number;
  order: number;
  packet: Packet;
}

/** One direction of a network path, sans-IO and deterministic: same seed, same calls, same fate of each packet. */
export class SimulatedNetwork<Packet = Uint8Array> {
  readonly counts: LinkCounts = {
    sent: 0,
    delivered: 0,
    lost: 0,
    queueDropped: 0,
    duplicated: 0,
    reordered: 0,
  };
  #options: LinkOptions;
  readonly #random: Random;
  readonly #sizeOf: (packet: Packet) => number;
  #inFlight: InFlight<Packet>[] = [];
  #order = 0;
  #lastArrivalMs = Number.NEGATIVE_INFINITY;
  #linkFreeAtMs = Number.NEGATIVE_INFINITY;
  #inBurst = false;

  /** `sizeOf` gives a packet's bytes for the bottleneck; default: its `length`, else 0. */
  constructor(options: LinkOptions, random: Random, sizeOf: (packet: Packet) => number = lengthOf) {
    this.#options = { ...options };
    this.#random = random;
    this.#sizeOf = sizeOf;
  }

  /** Changes the behaviour for packets sent from now on. */
  configure(options: LinkOptions): void {
    this.#options = { ...this.#options, ...options };
  }

  /** Packets on their way. */
  get inFlight(): number {
    return this.#inFlight.length;
  }

  /** When the next packet arrives. */
  get nextMs(): number | undefined {
    return this.#inFlight[0]?.atMs;
  }

  /** Puts a packet on the wire at `nowMs`. */
  send(nowMs: number, packet: Packet): void {
    this.counts.sent += 1;
    if (this.#loses()) {
      this.counts.lost += 1;
      return;
    }
    const leavesAtMs = this.#leavesAt(nowMs, this.#sizeOf(packet));
    if (leavesAtMs === undefined) {
      this.counts.queueDropped += 1;
      return;
    }
    this.#schedule(this.#arrivesAt(leavesAtMs), packet);
    if (this.#strikes(this.#options.duplicate)) {
      this.counts.duplicated += 1;
      this.#schedule(this.#arrivesAt(leavesAtMs), packet);
    }
  }

  /** Packets that have arrived by `nowMs`, in order of arrival. */
  receive(nowMs: number): Packet[] {
    let count = 0;
    while (count < this.#inFlight.length && this.#inFlight[count]!.atMs <= nowMs) count++;
    this.counts.delivered += count;
    return this.#inFlight.splice(0, count).map((entry) => entry.packet);
  }

  #loses(): boolean {
    const loss = this.#options.loss ?? 0;
    if (loss <= 0) return false;
    if (loss >= 1) return true;
    const burst = Math.max(1, this.#options.lossBurst ?? 1);
    if (burst === 1) return this.#random.next() < loss;
    // Two-state Gilbert model: leave the bad state with 1/burst, enter it so that the mean loss is as asked.
    const leave = 1 / burst;
    const enter = Math.min(1, (leave * loss) / (1 - loss));
    this.#inBurst = this.#random.next() < (this.#inBurst ? 1 - leave : enter);
    return this.#inBurst;
  }

  #leavesAt(nowMs: number, bytes: number): number | undefined {
    const { bandwidthBps, queueBytes = 65_536 } = this.#options;
    if (bandwidthBps === undefined) return nowMs;
    const startMs = Math.max(nowMs, this.#linkFreeAtMs);
    const queuedBytes = ((startMs - nowMs) * bandwidthBps) / 8000;
    if (queuedBytes + bytes > queueBytes) return undefined;
    this.#linkFreeAtMs = startMs + (bytes * 8000) / bandwidthBps;
    return this.#linkFreeAtMs;
  }

  #arrivesAt(leavesAtMs: number): number {
    const { delayMs = 0, jitterMs = 0, reorderMs = 20 } = this.#options;
    const arrivalMs = leavesAtMs + delayMs + this.#random.next() * jitterMs;
    if (this.#strikes(this.#options.reorder)) {
      this.counts.reordered += 1;
      return arrivalMs + this.#random.next() * reorderMs;
    }
    this.#lastArrivalMs = Math.max(arrivalMs, this.#lastArrivalMs);
    return this.#lastArrivalMs;
  }

  #strikes(probability = 0): boolean {
    return probability > 0 && this.#random.next() < probability;
  }

  #schedule(atMs: number, packet: Packet): void {
    const entry = { atMs, order: this.#order++, packet };
    let index = this.#inFlight.length;
    while (index > 0 && this.#inFlight[index - 1]!.atMs > atMs) index--;
    this.#inFlight.splice(index, 0, entry);
  }
}

function lengthOf(packet: unknown): number {
  return typeof packet === "object" && packet !== null && "length" in packet ? Number(packet.length) : 0;
}
