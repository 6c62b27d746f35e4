import type { Log } from "@sameroom/base";
import type { RoomEvent, WebhookBody } from "@sameroom/contract";
import type { Time } from "../../clock.ts";
import type { WebhookCursor } from "../../db/schema.ts";
import { newId } from "../../ids.ts";
import { GIVE_UP_MS, retryDelayMs } from "./backoff.ts";
import type { Poster } from "./post.ts";
import { signBody } from "./signature.ts";
import type { DueWebhook, WebhookStore } from "./store.ts";

export interface DelivererDeps {
  store: WebhookStore;
  poster: Poster;
  /** A room's log after a sequence number, oldest first. */
  eventsAfter: (roomId: string, sequence: number, limit: number) => Promise<RoomEvent[]>;
  /** Opens a webhook's sealed secret; null: it was sealed with another key. */
  secretOf: (webhook: { id: string; secret: string }) => string | null;
  time: Time;
  /** 0..1. */
  random: () => number;
  log: Log;
}

/** Sends rooms' logs to webhooks: in order for each room, one request after the other. */
export interface Deliverer {
  start(): void;
  /** Something was added to a room's log. */
  wake(room: string): void;
  /** Looks for what is due, also in rooms where nothing was added. */
  sweep(): void;
  /** Sends an event of type `test`; resolves with the attempt that was kept. */
  test(webhook: { id: string; url: string; secret: string }): Promise<string>;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** How often what waits for its next attempt, or was left by a process that died, is looked for. */
const SWEEP_MS = 5_000;
/** What is added to a log in so short a time is looked for once. */
const GATHER_MS = 100;
/** Attempts are kept for a week. */
const KEEP_MS = 7 * 86_400_000;
const TRIM_EVERY_MS = 3_600_000;
/** Longer than a request may take, so that no other process begins while one is under way. */
const LEASE_MS = 30_000;
const MAX_AT_ONCE = 16;
const PAGE = 50;
const MAX_DUE = 200;

export function createDeliverer(deps: DelivererDeps): Deliverer {
  const { store, poster, time, log } = deps;
  const running = new Map<string, Promise<void>>();
  const work = new Set<Promise<void>>();
  /** Rooms to which something was added while one of their deliveries was running. */
  const woken = new Set<string>();
  /** As of the last sweep: most rooms have no webhook, and their logs grow many times a second. */
  let followed: ReadonlySet<string> = new Set();
  /** Rooms to be looked at when the pause after the last look is over. */
  const dirty = new Set<string>();
  let cancelPause: (() => void) | null = null;
  let closed = false;
  let cancelSweep = () => {};
  let trimAtMs = 0;

  function inBackground(promise: Promise<void>): void {
    const guarded = promise.catch((error: unknown) =>
      log.warn("webhooks could not be delivered", { err: error }),
    );
    work.add(guarded);
    void guarded.finally(() => work.delete(guarded));
  }

  async function look(room: string | null): Promise<void> {
    if (closed) return;
    await store.addCursors(room);
    for (const due of await store.due({ nowMs: time.unixMs(), room, limit: MAX_DUE })) {
      const key = `${due.webhook.id} ${due.room}`;
      if (closed || running.size >= MAX_AT_ONCE) return;
      if (running.has(key)) continue;
      const run = deliver(due)
        .catch((error: unknown) => log.warn("a webhook could not be delivered", { err: error }))
        .finally(() => {
          running.delete(key);
          if (woken.delete(due.room)) inBackground(look(due.room));
        });
      running.set(key, run);
    }
  }

  async function deliver(due: DueWebhook): Promise<void> {
    const { webhook, room, roomId } = due;
    const secret = deps.secretOf(webhook);
    if (secret === null) return store.disable(webhook.id);
    const lease = () => new Date(time.unixMs() + LEASE_MS);
    let cursor = await store.claim(due, new Date(time.unixMs()), lease());
    while (cursor !== null && !closed) {
      const events = await deps.eventsAfter(roomId, cursor.delivered, PAGE);
      if (events.length === 0) break;
      for (const event of events) {
        if (closed) break;
        const wanted = webhook.types.length === 0 || webhook.types.includes(event.body.type);
        const taken = wanted ? await send({ webhook, secret, cursor, room, event }) : true;
        if (!taken) return;
        cursor = await store.advance(due, event.sequence, lease());
        if (cursor === null) return;
      }
    }
    await store.release(due);
  }

  async function send(what: {
    webhook: DueWebhook["webhook"];
    secret: string;
    cursor: WebhookCursor;
    room: string;
    event: RoomEvent;
  }): Promise<boolean> {
    const { webhook, secret, cursor, room, event } = what;
    const body: WebhookBody = {
      ...{ type: event.body.type, room, timestamp: new Date(event.atUnixMs).toISOString() },
      event,
    };
    const id = `${webhook.id}.${cursor.roomId}.${event.sequence}`;
    const attempt = cursor.failures + 1;
    const { fault } = await post({ webhook, secret, id, body, attempt, roomId: cursor.roomId });
    if (fault === null) return true;
    const nowMs = time.unixMs();
    const since = cursor.failingSince ?? new Date(nowMs);
    const givenUp = nowMs - since.getTime() >= GIVE_UP_MS || fault === "answered 410";
    await store.fail(cursor, {
      ...{ failures: attempt, failingSince: since, fault },
      nextAt: givenUp ? null : new Date(nowMs + retryDelayMs(attempt, deps.random())),
    });
    if (givenUp) {
      log.warn("a webhook is given up", { webhook: webhook.id, fault });
      await store.disable(webhook.id);
    }
    return false;
  }

  async function post(what: {
    webhook: { id: string; url: string };
    secret: string;
    id: string;
    body: WebhookBody;
    attempt: number;
    roomId: string | null;
  }): Promise<{ fault: string | null; delivery: string }> {
    const { webhook, secret, id, attempt, roomId } = what;
    const body = JSON.stringify(what.body);
    const startMs = time.unixMs();
    const timestampS = Math.floor(startMs / 1000);
    const { status, fault } = await poster.post({
      url: webhook.url,
      headers: {
        "content-type": "application/json",
        "user-agent": "Sameroom",
        "webhook-id": id,
        "webhook-timestamp": String(timestampS),
        "webhook-signature": signBody(secret, { id, timestampS, body }),
      },
      body,
    });
    const delivery = newId(startMs);
    await store.keep({
      ...{ id: delivery, webhookId: webhook.id, roomId, attempt, status, fault },
      ...{ sequence: what.body.event?.sequence ?? null, type: what.body.type },
      ...{ durationMs: time.unixMs() - startMs, at: new Date(startMs) },
    });
    return { fault, delivery };
  }

  async function sweep(): Promise<void> {
    const nowMs = time.unixMs();
    if (nowMs >= trimAtMs) {
      trimAtMs = nowMs + TRIM_EVERY_MS;
      await store.trim(new Date(nowMs - KEEP_MS));
    }
    followed = await store.followed();
    await look(null);
  }

  function lookSoon(): void {
    cancelPause ??= time.after(GATHER_MS, () => {
      cancelPause = null;
      for (const room of dirty) inBackground(look(room));
      dirty.clear();
    });
  }

  /** The next one counts from the end of this one: a slow database is not asked more often than it answers. */
  function sweepOften(): void {
    inBackground(
      sweep().finally(() => {
        if (!closed) cancelSweep = time.after(SWEEP_MS, sweepOften);
      }),
    );
  }

  async function settled(): Promise<void> {
    while (work.size + running.size > 0) await Promise.all([...work, ...running.values()]);
  }

  return {
    start: sweepOften,
    sweep: () => inBackground(look(null)),
    wake(room) {
      if (closed || !followed.has(room)) return;
      if ([...running.keys()].some((key) => key.endsWith(` ${room}`))) woken.add(room);
      dirty.add(room);
      lookSoon();
    },
    async test(webhook) {
      const secret = deps.secretOf(webhook) ?? "";
      const nowMs = time.unixMs();
      const body: WebhookBody = {
        type: "test",
        room: null,
        timestamp: new Date(nowMs).toISOString(),
        event: null,
      };
      const id = `${webhook.id}.test.${newId(nowMs)}`;
      return (await post({ webhook, secret, id, body, attempt: 1, roomId: null })).delivery;
    },
    settled,
    async close() {
      closed = true;
      cancelSweep();
      cancelPause?.();
      poster.close();
      await settled();
    },
  };
}
