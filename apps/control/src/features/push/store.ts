import type { PushMessage } from "@sameroom/contract";
import { and, asc, desc, eq, gt, inArray, lte, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import {
  follows,
  liveNotices,
  type PushSubscriptionRow,
  pushJobs,
  pushKeys,
  pushSubscriptions,
} from "../../db/schema.ts";

/** The pair messages are signed with (RFC 8292), both in base64url. */
export interface PushKeys {
  publicKey: string;
  privateKey: string;
}

/** A message that is due, with where it goes. */
export interface PushJob {
  id: string;
  message: PushMessage;
  attempts: number;
  expiresAt: Date;
  subscription: PushSubscriptionRow;
}

/** Devices, and what is to be sent to them, in the database. */
export interface PushStore {
  keys(): Promise<PushKeys | null>;
  /** Does nothing when there are some. */
  insertKeys(keys: PushKeys): Promise<void>;
  /** With all subscriptions. */
  dropKeys(publicKey: string): Promise<void>;
  /** Of an account all but the newest `keep` go. */
  save(subscription: PushSubscriptionRow, keep: number): Promise<void>;
  remove(accountId: string, endpoint: string): Promise<void>;
  /** The device is not there any more. */
  forget(subscriptionId: string): Promise<void>;
  /** Puts a message in line for every device of the owner's followers; false when that was done for this show, or for another of the room since `quietSince`. */
  announce(what: {
    broadcastId: string;
    roomId: string;
    ownerId: string;
    message: PushMessage;
    now: Date;
    quietSince: Date;
    expiresAt: Date;
  }): Promise<boolean>;
  /** Takes what is due, for oneself until `leaseUntil`. */
  claim(now: Date, leaseUntil: Date, limit: number): Promise<PushJob[]>;
  done(id: string): Promise<void>;
  again(id: string, dueAt: Date): Promise<void>;
}

export function createPushStore(db: Database["orm"]): PushStore {
  return {
    async keys() {
      const [found] = await db.select().from(pushKeys);
      return found ?? null;
    },
    async insertKeys(keys) {
      await db
        .insert(pushKeys)
        .values({ id: 1, ...keys })
        .onConflictDoNothing();
    },
    async dropKeys(publicKey) {
      const dropped = await db.delete(pushKeys).where(eq(pushKeys.publicKey, publicKey)).returning();
      if (dropped.length > 0) await db.delete(pushSubscriptions);
    },
    async save(subscription, keep) {
      const { id: _id, ...rest } = subscription;
      await db
        .insert(pushSubscriptions)
        .values(subscription)
        .onConflictDoUpdate({ target: pushSubscriptions.endpoint, set: rest });
      const kept = db
        .select({ id: pushSubscriptions.id })
        .from(pushSubscriptions)
        .where(eq(pushSubscriptions.accountId, subscription.accountId))
        .orderBy(desc(pushSubscriptions.createdAt))
        .limit(keep);
      await db
        .delete(pushSubscriptions)
        .where(
          and(
            eq(pushSubscriptions.accountId, subscription.accountId),
            sql`${pushSubscriptions.id} not in ${kept}`,
          ),
        );
    },
    async remove(accountId, endpoint) {
      await db
        .delete(pushSubscriptions)
        .where(and(eq(pushSubscriptions.accountId, accountId), eq(pushSubscriptions.endpoint, endpoint)));
    },
    async forget(subscriptionId) {
      await db.delete(pushSubscriptions).where(eq(pushSubscriptions.id, subscriptionId));
    },
    async announce({ broadcastId, roomId, ownerId, message, now, quietSince, expiresAt }) {
      return await db.transaction(async (transaction) => {
        const [lately] = await transaction
          .select({ at: liveNotices.at })
          .from(liveNotices)
          .where(and(eq(liveNotices.roomId, roomId), gt(liveNotices.at, quietSince)))
          .limit(1);
        const noted = await transaction
          .insert(liveNotices)
          .values({ broadcastId, roomId, at: now })
          .onConflictDoNothing()
          .returning({ at: liveNotices.at });
        if (noted.length === 0 || lately !== undefined) return false;
        await transaction.execute(sql`
          insert into ${pushJobs} (subscription_id, broadcast_id, message, due_at, expires_at)
          select ${pushSubscriptions.id}, ${broadcastId}::uuid, ${JSON.stringify(message)}::jsonb,
            ${now.toISOString()}::timestamptz, ${expiresAt.toISOString()}::timestamptz
          from ${pushSubscriptions} join ${follows} on ${follows.accountId} = ${pushSubscriptions.accountId}
          where ${follows.ownerId} = ${ownerId}::uuid
          on conflict do nothing`);
        return true;
      });
    },
    async claim(now, leaseUntil, limit) {
      const due = db
        .select({ id: pushJobs.id })
        .from(pushJobs)
        .where(lte(pushJobs.dueAt, now))
        .orderBy(asc(pushJobs.dueAt))
        .limit(limit)
        .for("update", { skipLocked: true });
      const claimed = await db
        .update(pushJobs)
        .set({ dueAt: leaseUntil, attempts: sql`${pushJobs.attempts} + 1` })
        .where(inArray(pushJobs.id, due))
        .returning();
      if (claimed.length === 0) return [];
      const ids = claimed.map(({ subscriptionId }) => subscriptionId);
      const rows = await db.select().from(pushSubscriptions).where(inArray(pushSubscriptions.id, ids));
      const byId = new Map(rows.map((row) => [row.id, row]));
      return claimed.flatMap(({ id, message, attempts, expiresAt, subscriptionId }) => {
        const subscription = byId.get(subscriptionId);
        return subscription === undefined ? [] : [{ id, message, attempts, expiresAt, subscription }];
      });
    },
    async done(id) {
      await db.delete(pushJobs).where(eq(pushJobs.id, id));
    },
    async again(id, dueAt) {
      await db.update(pushJobs).set({ dueAt }).where(eq(pushJobs.id, id));
    },
  };
}
