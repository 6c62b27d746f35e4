import type { Log } from "@sameroom/base";
import type { Time } from "../../clock.ts";
import type { Catalogue, DeletionReason } from "./catalogue.ts";
import type { RecordingStore } from "./store.ts";

export interface RetentionRules {
  /** Kept this long after the end of the show, milliseconds; null: for ever. */
  keepMs: number | null;
  /** All recordings of the server together; beyond it the oldest finished ones go. null: no limit. */
  maxBytes: number | null;
}

/** Deletes recordings by the operator's rules, and those of deleted rooms, through the same path as a person. */
export interface Retention {
  /** Applies the rules now, and from then on every ten minutes. */
  start(): void;
  /** Applies them now, too: a recording was finished and the limit may be exceeded, or a room was deleted. */
  now(): void;
  /** Resolves when no round is running. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export const RETENTION_EVERY_MS = 600_000;

export function createRetention(deps: {
  store: Pick<RecordingStore, "find" | "endedBefore" | "oldestWorth" | "ofDeletedRooms" | "total">;
  catalogue: Pick<Catalogue, "delete" | "remind">;
  rules: RetentionRules;
  time: Time;
  log: Log;
}): Retention {
  const { store, catalogue, rules, time, log } = deps;
  let round: Promise<void> | null = null;
  let again = false;
  let closed = false;
  let cancel = () => {};

  async function deleteAll(ids: readonly string[], reason: DeletionReason): Promise<void> {
    for (const id of ids) {
      if (closed) return;
      const found = await store.find(id);
      if (found !== null) await catalogue.delete(found.recording, { reason });
    }
  }

  async function apply(): Promise<void> {
    await catalogue.remind();
    await deleteAll(await store.ofDeletedRooms(), "room-deleted");
    if (rules.keepMs !== null)
      await deleteAll(await store.endedBefore(new Date(time.unixMs() - rules.keepMs)), "too-old");
    if (rules.maxBytes === null) return;
    const { bytes } = await store.total({});
    const excess = bytes - rules.maxBytes;
    if (excess > 0) await deleteAll(await store.oldestWorth(excess), "too-much");
  }

  function run(): void {
    if (closed) return;
    if (round !== null) {
      again = true;
      return;
    }
    round = apply()
      .catch((error: unknown) => log.error("old recordings could not be deleted", { err: error }))
      .then(() => {
        round = null;
        if (again) {
          again = false;
          run();
        }
      });
  }

  function tick(): void {
    run();
    cancel = time.after(RETENTION_EVERY_MS, tick);
  }

  return {
    start: tick,
    now: run,
    async settled() {
      while (round !== null) await round;
    },
    async close() {
      closed = true;
      cancel();
      while (round !== null) await round;
    },
  };
}
