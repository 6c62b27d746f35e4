import type { Clock } from "@sameroom/base";

/** What was read lately, by key. */
export interface Remembered<Value> {
  /** Reads it, or has it from the last time. Whoever asks while it is read gets the same; a failure is not kept. */
  of(key: string): Promise<Value>;
  /** All is read anew from here on, also what is being read now. */
  forget(): void;
}

/** Keeps what `read` gives for `keepMs`, of at most `max` keys: so long may news of other processes take. */
export function createRemembered<Value>(
  read: (key: string) => Promise<Value>,
  options: { clock: Pick<Clock, "nowMs">; keepMs: number; max: number },
): Remembered<Value> {
  const { clock, keepMs, max } = options;
  const kept = new Map<string, { value: Promise<Value>; untilMs: number }>();
  return {
    of(key) {
      const known = kept.get(key);
      if (known !== undefined && clock.nowMs() < known.untilMs) return known.value;
      kept.delete(key);
      const oldest = kept.size >= max ? kept.keys().next().value : undefined;
      if (oldest !== undefined) kept.delete(oldest);
      const entry = { value: read(key), untilMs: clock.nowMs() + keepMs };
      kept.set(key, entry);
      entry.value.catch(() => {
        if (kept.get(key) === entry) kept.delete(key);
      });
      return entry.value;
    },
    forget: () => kept.clear(),
  };
}
