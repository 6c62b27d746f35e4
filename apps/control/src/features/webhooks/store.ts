import { and, asc, desc, eq, getTableColumns, gt, isNull, lt, lte, or, sql } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import {
  roomEvents,
  roomLogs,
  rooms,
  type WebhookCursor,
  type WebhookDelivery,
  type WebhookRow,
  webhookCursors,
  webhookDeliveries,
  webhooks,
} from "../../db/schema.ts";

/** A room's log of which a webhook has not had everything. */
export interface DueWebhook {
  webhook: WebhookRow;
  roomId: string;
  /** The room's slug. */
  room: string;
}

/** An attempt with the slug of its room. */
export type KeptDelivery = WebhookDelivery & { room: string | null };

type Place = Pick<WebhookCursor, "webhookId" | "roomId"> | DueWebhook;

export interface WebhookStore {
  of(accountId: string): Promise<WebhookRow[]>;
  find(accountId: string, id: string): Promise<WebhookRow | null>;
  add(row: WebhookRow): Promise<void>;
  update(id: string, changes: Partial<Pick<WebhookRow, "url" | "types" | "enabled">>): Promise<void>;
  remove(id: string): Promise<void>;
  disable(id: string): Promise<void>;
  /** Cursors of an account's webhooks that have failed since their last success. */
  failing(accountId: string): Promise<WebhookCursor[]>;
  /** Forgets failures: what waits is tried at once. */
  forgive(id: string): Promise<void>;
  /** Sets where a room's log goes on; false: the room is none of the account's. */
  rewind(webhook: WebhookRow, slug: string, delivered: number): Promise<boolean>;
  deliveries(id: string, limit: number): Promise<KeptDelivery[]>;
  delivery(id: string): Promise<KeptDelivery | null>;
  keep(delivery: WebhookDelivery): Promise<void>;
  trim(before: Date): Promise<void>;
  /** Slugs of all rooms that are told of. */
  followed(): Promise<Set<string>>;
  /** Has webhooks follow rooms they do not follow yet, from the first event after they were made; one room, or all. */
  addCursors(room: string | null): Promise<void>;
  /** What is to be delivered now: of one room, or of all. */
  due(query: { nowMs: number; room: string | null; limit: number }): Promise<DueWebhook[]>;
  /** Takes a cursor for this process until `until`; null: another has it, or there is nothing to do. */
  claim(due: Place, now: Date, until: Date): Promise<WebhookCursor | null>;
  /** Delivered up to there; null: it was rewound or removed meanwhile. */
  advance(due: Place, delivered: number, until: Date): Promise<WebhookCursor | null>;
  fail(
    cursor: WebhookCursor,
    failure: Pick<WebhookCursor, "failures" | "failingSince" | "fault" | "nextAt">,
  ): Promise<void>;
  release(due: Place): Promise<void>;
}

const HEALTHY = { failures: 0, failingSince: null, fault: null, nextAt: null } as const;

export function createWebhookStore(db: Queryable): WebhookStore {
  const at = (place: Place) => {
    const webhookId = "webhook" in place ? place.webhook.id : place.webhookId;
    return and(eq(webhookCursors.webhookId, webhookId), eq(webhookCursors.roomId, place.roomId));
  };
  const kept = { ...getTableColumns(webhookDeliveries), room: rooms.slug };

  return {
    of: (accountId) =>
      db
        .select()
        .from(webhooks)
        .where(eq(webhooks.accountId, accountId))
        .orderBy(asc(webhooks.createdAt), asc(webhooks.id)),
    async find(accountId, id) {
      const mine = and(eq(webhooks.accountId, accountId), eq(webhooks.id, id));
      return (await db.select().from(webhooks).where(mine))[0] ?? null;
    },
    async add(row) {
      await db.insert(webhooks).values(row);
    },
    async update(id, changes) {
      await db.update(webhooks).set(changes).where(eq(webhooks.id, id));
    },
    async remove(id) {
      await db.delete(webhooks).where(eq(webhooks.id, id));
    },
    async disable(id) {
      await db.update(webhooks).set({ enabled: false }).where(eq(webhooks.id, id));
    },
    async failing(accountId) {
      const rows = await db
        .select({ cursor: webhookCursors })
        .from(webhookCursors)
        .innerJoin(webhooks, eq(webhooks.id, webhookCursors.webhookId))
        .where(and(eq(webhooks.accountId, accountId), gt(webhookCursors.failures, 0)))
        .orderBy(asc(webhookCursors.failingSince));
      return rows.map(({ cursor }) => cursor);
    },
    async forgive(id) {
      await db.update(webhookCursors).set(HEALTHY).where(eq(webhookCursors.webhookId, id));
    },
    async rewind({ id, accountId }, slug, delivered) {
      const own = await db
        .select({ id: rooms.id })
        .from(rooms)
        .where(and(eq(rooms.slug, slug), eq(rooms.ownerId, accountId)));
      if (own[0] === undefined) return false;
      const cursor = { delivered, ...HEALTHY, leaseUntil: null };
      await db
        .insert(webhookCursors)
        .values({ webhookId: id, roomId: own[0].id, ...cursor })
        .onConflictDoUpdate({ target: [webhookCursors.webhookId, webhookCursors.roomId], set: cursor });
      return true;
    },
    deliveries: (id, limit) =>
      db
        .select(kept)
        .from(webhookDeliveries)
        .leftJoin(rooms, eq(rooms.id, webhookDeliveries.roomId))
        .where(eq(webhookDeliveries.webhookId, id))
        .orderBy(
          ...[desc(webhookDeliveries.at), desc(webhookDeliveries.sequence)],
          ...[desc(webhookDeliveries.attempt), desc(webhookDeliveries.id)],
        )
        .limit(limit),
    async delivery(id) {
      const rows = await db
        .select(kept)
        .from(webhookDeliveries)
        .leftJoin(rooms, eq(rooms.id, webhookDeliveries.roomId))
        .where(eq(webhookDeliveries.id, id));
      return rows[0] ?? null;
    },
    async keep(delivery) {
      await db.insert(webhookDeliveries).values(delivery);
    },
    async trim(before) {
      await db.delete(webhookDeliveries).where(lt(webhookDeliveries.at, before));
    },
    async followed() {
      const found = await db
        .selectDistinct({ slug: rooms.slug })
        .from(rooms)
        .innerJoin(webhooks, and(eq(webhooks.accountId, rooms.ownerId), webhooks.enabled));
      return new Set(found.map(({ slug }) => slug));
    },
    async addCursors(room) {
      const before = and(eq(roomEvents.roomId, rooms.id), lt(roomEvents.at, webhooks.createdAt));
      const found = await db
        .select({
          ...{ webhookId: webhooks.id, roomId: rooms.id },
          delivered: sql<number>`coalesce((select max(${roomEvents.sequence}) from ${roomEvents} where ${before}), 0)`,
        })
        .from(webhooks)
        .innerJoin(rooms, eq(rooms.ownerId, webhooks.accountId))
        .innerJoin(roomLogs, eq(roomLogs.roomId, rooms.id))
        .leftJoin(
          webhookCursors,
          and(eq(webhookCursors.webhookId, webhooks.id), eq(webhookCursors.roomId, rooms.id)),
        )
        .where(and(isNull(webhookCursors.webhookId), ...(room === null ? [] : [eq(rooms.slug, room)])));
      if (found.length > 0) await db.insert(webhookCursors).values(found).onConflictDoNothing();
    },
    due({ nowMs, room, limit }) {
      const now = new Date(nowMs);
      return db
        .select({ webhook: webhooks, roomId: rooms.id, room: rooms.slug })
        .from(webhookCursors)
        .innerJoin(webhooks, and(eq(webhooks.id, webhookCursors.webhookId), webhooks.enabled))
        .innerJoin(rooms, eq(rooms.id, webhookCursors.roomId))
        .innerJoin(roomLogs, eq(roomLogs.roomId, webhookCursors.roomId))
        .where(
          and(
            lt(webhookCursors.delivered, roomLogs.last),
            or(isNull(webhookCursors.nextAt), lte(webhookCursors.nextAt, now)),
            or(isNull(webhookCursors.leaseUntil), lt(webhookCursors.leaseUntil, now)),
            ...(room === null ? [] : [eq(rooms.slug, room)]),
          ),
        )
        .limit(limit);
    },
    async claim(due, now, until) {
      const free = or(isNull(webhookCursors.leaseUntil), lt(webhookCursors.leaseUntil, now));
      const ready = or(isNull(webhookCursors.nextAt), lte(webhookCursors.nextAt, now));
      const claimed = await db
        .update(webhookCursors)
        .set({ leaseUntil: until })
        .where(and(at(due), free, ready))
        .returning();
      return claimed[0] ?? null;
    },
    async advance(due, delivered, until) {
      const advanced = await db
        .update(webhookCursors)
        .set({ delivered, ...HEALTHY, leaseUntil: until })
        .where(and(at(due), eq(webhookCursors.delivered, delivered - 1)))
        .returning();
      return advanced[0] ?? null;
    },
    async fail(cursor, failure) {
      const same = eq(webhookCursors.delivered, cursor.delivered);
      await db
        .update(webhookCursors)
        .set({ ...failure, leaseUntil: null })
        .where(and(at(cursor), same));
    },
    async release(due) {
      await db.update(webhookCursors).set({ leaseUntil: null }).where(at(due));
    },
  };
}
