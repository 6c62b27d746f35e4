/** What one direction of a link does to packets. Absent fields: nothing. Ratios are 0..1. */
export interface Impairment {
  /** Random loss. */
  loss?: number;
  /** Loss in bursts (Gilbert-Elliott): `loss` on average, `packets` lost in a row on average. Instead of `loss`. */
  burst?: { loss: number; packets: number };
  /** One way. */
  delayMs?: number;
  /** The delay wanders by up to this on top, in order, as in a mobile network. */
  jitterMs?: number;
  /** So many packets are overtaken by those that follow within `byMs`. */
  reorder?: { ratio: number; byMs: number };
  /** So many packets come twice. */
  duplicate?: number;
  /** A bottleneck; what would wait in its queue for longer than `queueMs` (default 200) is dropped. */
  rate?: { bitsPerSecond: number; queueMs?: number };
  /** Nothing gets through. */
  cut?: boolean;
  /** Only TCP gets through (and what else is not UDP). */
  blockUdp?: boolean;
}

/** What one direction of a link has seen since it was opened. */
export interface LinkCounters {
  packets: number;
  bytes: number;
  lost: number;
  /** Dropped because the bottleneck's queue was full. */
  overflowed: number;
  /** Dropped by `cut` or `blockUdp`. */
  blocked: number;
  reordered: number;
  duplicated: number;
  delivered: number;
}

const COUNTERS: readonly (keyof LinkCounters)[] = [
  "packets",
  "bytes",
  "lost",
  "overflowed",
  "blocked",
  "reordered",
  "duplicated",
  "delivered",
];

/** The numbers of `struct shape` in `direction.h`, in order. */
export function shapeFields(impairment: Impairment): number[] {
  const { loss = 0, burst, reorder, rate } = impairment;
  // In the bad state everything is lost: its mean length is 1 / toGood packets, its share of the time is the loss.
  const toGood = burst === undefined ? 0 : 1 / burst.packets;
  const toBad = burst === undefined ? 0 : (toGood * burst.loss) / (1 - burst.loss);
  return [
    burst === undefined ? loss : 0,
    burst === undefined ? loss : 1,
    toBad,
    toGood,
    impairment.delayMs ?? 0,
    impairment.jitterMs ?? 0,
    reorder?.ratio ?? 0,
    reorder?.byMs ?? 0,
    impairment.duplicate ?? 0,
    rate?.bitsPerSecond ?? 0,
    rate?.queueMs ?? 200,
    Number(impairment.cut ?? false),
    Number(impairment.blockUdp ?? false),
  ];
}

/** Reads the answer to `stats`. */
export function parseCounters(line: string): { down: LinkCounters; up: LinkCounters } {
  const numbers = line.trim().split(" ").map(Number);
  const read = (from: number) =>
    Object.fromEntries(
      COUNTERS.map((name, index) => [name, numbers[from + index]]),
    ) as unknown as LinkCounters;
  return { down: read(0), up: read(COUNTERS.length) };
}
