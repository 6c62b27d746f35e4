import type { Log } from "@sameroom/base";
import type { RoomEvent } from "@sameroom/contract";
import type { Time } from "../../clock.ts";
import { ProblemError } from "../../problem-error.ts";
import { createTokenBucket } from "../../realtime/token-bucket.ts";
import type { AppendEvent } from "../../room-log.ts";
import type { EventStore, RoomDraft } from "./store.ts";

/**
 * Appends with as few transactions as possible: while one is under way, the next one's drafts gather, and in a storm a moment longer.
 * Otherwise nothing waits.
 */
export interface EventWriter {
  /** Throws `room.not_found`, `server.unavailable` when the database does not keep up; else what the database throws. */
  readonly append: AppendEvent;
  /** Resolves when nothing waits. */
  settled(): Promise<void>;
  /** Writes what waits; later drafts are refused. */
  close(): Promise<void>;
}

/** Drafts in one transaction: far below the 65,535 parameters of one statement. */
const MAX_BATCH = 500;
/** Seconds of the worst storm; more waits only while the database is away. */
const MAX_WAITING = 10_000;

/** Transactions a second in a storm: most of what one costs is the same for one event as for many. */
const STORM_PER_SECOND = 25;
/** As many begin at once before it is a storm. */
const BURST = 5;

interface Waiting {
  draft: RoomDraft;
  resolve: (event: RoomEvent) => void;
  reject: (error: unknown) => void;
}

export function createEventWriter(deps: {
  store: Pick<EventStore, "append">;
  time: Time;
  log: Log;
  /** What was appended, in order, before those who asked for it are answered; an event that was known before may come again. */
  appended: (slug: string, events: RoomEvent[]) => void;
}): EventWriter {
  const waiting: Waiting[] = [];
  let running: Promise<void> | null = null;
  let closed = false;
  let endRest = () => {};
  let beganMs = Number.NEGATIVE_INFINITY;
  const { time } = deps;
  const pace = createTokenBucket({ ...{ burst: BURST, perSecond: STORM_PER_SECOND }, nowMs: time.nowMs() });

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const isStorm = !pace.take(time.nowMs());
      if (isStorm && waiting.length < MAX_BATCH && !closed) await rest();
      beganMs = time.nowMs();
      await write(waiting.splice(0, MAX_BATCH));
    }
    running = null;
  }

  /** Until the next transaction of a storm may begin: what the last one took counts. */
  function rest(): Promise<void> {
    return new Promise((resolve) => {
      const dueMs = beganMs + 1000 / STORM_PER_SECOND - time.nowMs();
      const cancel = time.after(Math.max(0, dueMs), resolve);
      endRest = () => {
        cancel();
        resolve();
      };
    });
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    try {
      finish(batch, await deps.store.append(batch.map(({ draft }) => draft)));
    } catch (error) {
      if (batch.length === 1 || !isOfOneRow(error)) {
        deps.log.error("events could not be appended", { count: batch.length, err: error });
        for (const { reject } of batch) reject(error);
        return;
      }
      // One draft the database does not take must not cost the others theirs.
      const middle = batch.length >> 1;
      await write(batch.slice(0, middle));
      await write(batch.slice(middle));
    }
  }

  function finish(batch: readonly Waiting[], events: readonly (RoomEvent | null)[]): void {
    const bySlug = new Map<string, RoomEvent[]>();
    for (const [index, event] of events.entries()) {
      const { slug } = batch[index]!.draft;
      if (event !== null) bySlug.set(slug, [...(bySlug.get(slug) ?? []), event]);
    }
    for (const [slug, fresh] of bySlug)
      deps.appended(
        slug,
        fresh.sort((one, other) => one.sequence - other.sequence),
      );
    for (const [index, event] of events.entries()) {
      const { resolve, reject } = batch[index]!;
      if (event === null) reject(new ProblemError("room.not_found"));
      else resolve(event);
    }
  }

  return {
    append(slug, draft) {
      if (closed || waiting.length >= MAX_WAITING)
        return Promise.reject(new ProblemError("server.unavailable", { retryAfter: 5 }));
      return new Promise((resolve, reject) => {
        waiting.push({ draft: { ...draft, slug, atUnixMs: time.unixMs() }, resolve, reject });
        running ??= Promise.resolve().then(run);
      });
    },
    async settled() {
      await running;
    },
    async close() {
      closed = true;
      endRest();
      await running;
    },
  };
}

/** SQLSTATE classes 22 and 23: the fault is in the data, not in the database. */
function isOfOneRow(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  const state = typeof code === "string" ? code : cause?.code;
  return typeof state === "string" && /^2[23]/.test(state);
}
