import { percentile } from "../percentile.ts";

/** A picture that was on screen. */
export interface ShownFrame {
  /** On the machine's clock, ms since 1970. */
  atMs: number;
  /** Capture to screen; null when the burnt-in clock could not be read. */
  latencyMs: number | null;
  width: number;
}

/** Counters of the receiving connection, by `getStats`, since it was made. Zero where the browser does not say. */
export interface ReceiverCounters {
  atMs: number;
  framesDecoded: number;
  keyframesDecoded: number;
  freezeCount: number;
  packetsReceived: number;
  packetsLost: number;
  /** Repaired by RTX. */
  retransmitted: number;
  nacks: number;
  plis: number;
  videoBytes: number;
  jitterBufferSeconds: number;
  jitterBufferMinimumSeconds: number;
  jitterBufferEmitted: number;
  audioSamples: number;
  audioConcealed: number;
  /** Sum of squares of what was played: rises while there is something to be heard. */
  audioEnergy: number;
}

/** What a viewer saw and heard. */
export interface Recording {
  frames: ShownFrame[];
  counters: ReceiverCounters[];
}

/** A gap between two pictures that people see as a freeze, ms. */
export const FREEZE_MS = 500;

/** A stretch of time, machine's clock. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** A time without a new picture. */
export interface Freeze {
  atMs: number;
  lengthMs: number;
}

/** Gaps of more than 500 ms that lie in the span or reach into it, only as far as they do. */
export function freezesIn(frames: readonly ShownFrame[], { fromMs, toMs }: Span): Freeze[] {
  const before = frames.findLast(({ atMs }) => atMs <= fromMs);
  const shown = [
    before === undefined ? fromMs : Math.max(before.atMs, fromMs),
    ...frames.map(({ atMs }) => atMs).filter((atMs) => atMs > fromMs && atMs < toMs),
    toMs,
  ];
  return shown
    .slice(1)
    .map((atMs, index) => ({ atMs: shown[index]!, lengthMs: atMs - shown[index]! }))
    .filter(({ lengthMs }) => lengthMs > FREEZE_MS);
}

/** Percentile (`share` 0..1) of the latencies of a span's pictures; NaN when none could be read. */
export function latencyIn(frames: readonly ShownFrame[], { fromMs, toMs }: Span, share: number): number {
  const inSpan = frames.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  return percentile(
    inSpan.flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs])),
    share,
  );
}

/** Widths of the picture over time: one entry for each change, the first at the beginning of the span. */
export function layersIn(
  frames: readonly ShownFrame[],
  { fromMs, toMs }: Span,
): { atMs: number; width: number }[] {
  const changes: { atMs: number; width: number }[] = [];
  for (const { atMs, width } of frames) {
    if (atMs < fromMs || atMs > toMs) continue;
    if (changes.at(-1)?.width !== width) changes.push({ atMs, width });
  }
  return changes;
}

/** How long the picture must go on for it to have recovered. */
const STEADY_MS = 1000;

/**
 * From `sinceMs` until the first picture of at least `width` that is followed by a second without a freeze; null when
 * it never came.
 */
export function recoveryMs(
  frames: readonly ShownFrame[],
  { sinceMs, width }: { sinceMs: number; width: number },
): number | null {
  const lastMs = frames.at(-1)?.atMs ?? 0;
  const found = frames.find(({ atMs, width: shown }) => {
    if (atMs < sinceMs || shown < width || atMs + STEADY_MS > lastMs) return false;
    return freezesIn(frames, { fromMs: atMs, toMs: atMs + STEADY_MS }).length === 0;
  });
  return found === undefined ? null : found.atMs - sinceMs;
}

/** What happened between two readings of the counters, the last before each end of the span. */
export function countersIn(
  counters: readonly ReceiverCounters[],
  { fromMs, toMs }: Span,
): Omit<ReceiverCounters, "atMs"> {
  const at = (limit: number) => counters.findLast(({ atMs }) => atMs <= limit) ?? counters[0];
  const [first, last] = [at(fromMs), at(toMs)];
  const names = Object.keys(first ?? {}).filter((name) => name !== "atMs") as (keyof ReceiverCounters)[];
  // A new connection counts from zero.
  const since = (name: keyof ReceiverCounters) =>
    last![name] >= first![name] ? last![name] - first![name] : last![name];
  return Object.fromEntries(names.map((name) => [name, since(name)])) as unknown as Omit<
    ReceiverCounters,
    "atMs"
  >;
}
