import type { Log } from "@sameroom/base";
import type { Publisher, RoomStateChange } from "@sameroom/contract";
import type { Time } from "../../clock.ts";
import { newId } from "../../ids.ts";
import { ProblemError } from "../../problem-error.ts";
import { createRoomQueue } from "./room-queue.ts";
import { deadlineOf, decide, isOnAir, type LifeDecision, type LifeFact, type RoomLife } from "./rules.ts";
import type { LifeStore, StoredLife } from "./store.ts";

export interface LifecyclePorts {
  /** Tells everybody in the room, now. */
  announce: (slug: string, change: RoomStateChange, broadcastId: string | null) => void;
  /** Tells media to close the room's publisher and viewers. */
  endMedia: (slug: string) => void;
}

/** Turns what media reports into rooms' states: saved, announced, with the watchdog that ends what was lost. */
export interface Lifecycle {
  /** Takes up what was on air when control stopped. Call once, before media connects. */
  restore(): Promise<void>;
  /** A worker's publisher as it is now. */
  publisher(worker: string, publisher: Publisher): void;
  publisherGone(fact: {
    room: string;
    session: string;
    reason: Extract<LifeFact, { type: "gone" }>["reason"];
  }): void;
  /** All of a worker's publishers, after it connected: whoever is missing was lost. */
  rollCall(worker: string, publishers: readonly Publisher[]): void;
  /** The link to a worker is down; it may well go on serving. */
  workerLost(worker: string): void;
  /** Ends a broadcast for everybody. Throws `room.not_live`. */
  end(slug: string, by: "host" | "moderator"): Promise<void>;
  /** The life of a room that is on air, else null. */
  onAir(slug: string): { roomId: string; life: RoomLife } | null;
  /** Slugs of all rooms that are on air. */
  slugs(): string[];
  /** Resolves when everything reported so far is dealt with. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Viewers learn of a change at the latest after this, however slow the database. */
const ANNOUNCE_WITHIN_MS = 300;
const SAVE_AGAIN_MS = 2_000;

export function createLifecycle(
  deps: LifecyclePorts & { store: LifeStore; time: Time; log: Log; graceMs: number },
): Lifecycle {
  const { store, time, log, graceMs } = deps;
  const lives = new Map<string, StoredLife>();
  const timers = new Map<string, () => void>();
  const queue = createRoomQueue((slug, error) =>
    log.error("a room's state could not be kept up", { room: slug, err: error }),
  );

  function arm(slug: string, life: RoomLife): void {
    timers.get(slug)?.();
    timers.delete(slug);
    const deadline = deadlineOf(life);
    if (deadline === null) return;
    const waitMs = Math.max(0, deadline - time.unixMs());
    timers.set(
      slug,
      time.after(waitMs, () => report(slug, () => ({ type: "time" }))),
    );
  }

  async function save(slug: string, stored: StoredLife): Promise<void> {
    try {
      await store.save(stored.roomId, stored.life);
    } catch (error) {
      log.error("a room's state could not be saved, trying again", { room: slug, err: error });
      timers.get(`${slug} save`)?.();
      timers.set(
        `${slug} save`,
        time.after(SAVE_AGAIN_MS, () => {
          timers.delete(`${slug} save`);
          void queue.run(slug, () => save(slug, lives.get(slug) ?? stored));
        }),
      );
    }
  }

  async function apply(
    slug: string,
    factOf: (life: RoomLife) => LifeFact | null,
  ): Promise<LifeDecision | null> {
    const stored = lives.get(slug) ?? (await store.load(slug));
    if (stored === null) {
      log.warn("media serves a room that does not exist", { room: slug });
      deps.endMedia(slug);
      return null;
    }
    const fact = factOf(stored.life);
    if (fact === null) return null;
    const nowUnixMs = time.unixMs();
    const decision = decide(stored.life, fact, { nowUnixMs, graceMs, newId: () => newId(nowUnixMs) });
    const { life } = decision;
    if (life !== stored.life) {
      const after: StoredLife = { ...stored, life };
      if (isOnAir(life)) lives.set(slug, after);
      else lives.delete(slug);
      arm(slug, life);
      const saved = save(slug, after);
      await Promise.race([
        saved,
        new Promise<void>((resolve) => setTimeout(resolve, ANNOUNCE_WITHIN_MS).unref()),
      ]);
      announce(slug, stored.life, decision, nowUnixMs);
      if (decision.endMedia) deps.endMedia(slug);
      await saved;
    } else {
      // Timers and the wall clock differ by a moment: one that fired too early waits again.
      if (fact.type === "time") arm(slug, life);
      if (decision.endMedia) deps.endMedia(slug);
    }
    return decision;
  }

  function announce(slug: string, before: RoomLife, { life, reason }: LifeDecision, atUnixMs: number): void {
    if (before.state === life.state && before.graceEndsUnixMs === life.graceEndsUnixMs) return;
    log.info("room state", { room: slug, from: before.state, to: life.state, reason });
    const { state, graceEndsUnixMs, broadcastId } = life;
    deps.announce(slug, { state, atUnixMs, graceEndsUnixMs, reason }, broadcastId);
  }

  function report(slug: string, factOf: (life: RoomLife) => LifeFact | null): void {
    void queue.run(slug, () => apply(slug, factOf));
  }

  function publisher(
    worker: string,
    { room, session, state }: { room: string; session: string; state: string },
  ) {
    report(room, (life) => {
      if (state === "flowing") return { type: "flowing", session, worker };
      // A session that was on air and says it is connecting (after a roll call) has no picture either.
      return state === "stalled" || session === life.session ? { type: "stalled", session } : null;
    });
  }

  return {
    async restore() {
      for (const stored of await store.onAir()) {
        lives.set(stored.slug, stored);
        report(stored.slug, () => ({ type: "unconfirmed" }));
      }
      await queue.idle();
    },
    publisher(worker, { room, id, state, role }) {
      // Guests publish on somebody's stage; only a host puts a room on air.
      if (role === "host") publisher(worker, { room, session: id, state });
    },
    publisherGone({ room, session, reason }) {
      report(room, () => ({ type: "gone", session, reason }));
    },
    rollCall(worker, publishers) {
      const present = new Set(publishers.map(({ id }) => id));
      for (const slug of lives.keys())
        report(slug, (life) => {
          if (life.worker !== worker || life.session === null || present.has(life.session)) return null;
          return { type: "gone", session: life.session, reason: "connection-lost" };
        });
      for (const { room, id, state, role } of publishers)
        if (role === "host") publisher(worker, { room, session: id, state });
    },
    workerLost(worker) {
      for (const slug of lives.keys())
        report(slug, (life) => (life.worker === worker ? { type: "unconfirmed" } : null));
    },
    async end(slug, by) {
      const decision = await queue.run(slug, () => apply(slug, () => ({ type: "end", by })));
      if (decision?.reason !== by) throw new ProblemError("room.not_live");
    },
    onAir: (slug) => lives.get(slug) ?? null,
    slugs: () => [...lives.keys()],
    settled: () => queue.idle(),
    async close() {
      for (const cancel of timers.values()) cancel();
      timers.clear();
      await queue.idle();
    },
  };
}
