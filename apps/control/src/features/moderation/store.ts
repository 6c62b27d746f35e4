import type { ChatRules } from "@sameroom/contract";
import { and, asc, count, eq } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { chatRules, type HeldMessage, heldMessages, rooms } from "../../db/schema.ts";

/** Rules of rooms and messages that wait, in the database. */
export interface ModerationStore {
  /** Null: the default. */
  rulesOf(roomId: string): Promise<ChatRules | null>;
  /** A room by its slug, with its rules; null: there is none. */
  roomAt(slug: string): Promise<{ roomId: string; rules: ChatRules | null } | null>;
  saveRules(roomId: string, rules: ChatRules): Promise<void>;
  /** false when this person has held a message with this client id before. */
  hold(message: HeldMessage): Promise<boolean>;
  /** By who sent it and as what. */
  heldAs(roomId: string, participant: string, clientId: string): Promise<HeldMessage | null>;
  held(roomId: string, id: string): Promise<HeldMessage | null>;
  /** Those that wait, the oldest first. */
  waiting(roomId: string, limit: number): Promise<HeldMessage[]>;
  /** How many wait, of a room or of one person in it. */
  countWaiting(roomId: string, participant?: string): Promise<number>;
  /** false when it is not what it was. */
  decide(id: string, from: HeldMessage["state"], to: HeldMessage["state"]): Promise<boolean>;
}

export function createModerationStore(db: Queryable): ModerationStore {
  return {
    async rulesOf(roomId) {
      const [found] = await db.select().from(chatRules).where(eq(chatRules.roomId, roomId));
      return found?.rules ?? null;
    },
    async roomAt(slug) {
      const [found] = await db
        .select({ roomId: rooms.id, rules: chatRules.rules })
        .from(rooms)
        .leftJoin(chatRules, eq(chatRules.roomId, rooms.id))
        .where(eq(rooms.slug, slug));
      return found ?? null;
    },
    async saveRules(roomId, rules) {
      await db
        .insert(chatRules)
        .values({ roomId, rules })
        .onConflictDoUpdate({ target: chatRules.roomId, set: { rules } });
    },
    async hold(message) {
      const inserted = await db
        .insert(heldMessages)
        .values(message)
        .onConflictDoNothing()
        .returning({ id: heldMessages.id });
      return inserted.length === 1;
    },
    async heldAs(roomId, participant, clientId) {
      const [found] = await db
        .select()
        .from(heldMessages)
        .where(
          and(
            eq(heldMessages.roomId, roomId),
            eq(heldMessages.participant, participant),
            eq(heldMessages.clientId, clientId),
          ),
        );
      return found ?? null;
    },
    async held(roomId, id) {
      const [found] = await db
        .select()
        .from(heldMessages)
        .where(and(eq(heldMessages.roomId, roomId), eq(heldMessages.id, id)));
      return found ?? null;
    },
    async waiting(roomId, limit) {
      return await db
        .select()
        .from(heldMessages)
        .where(and(eq(heldMessages.roomId, roomId), eq(heldMessages.state, "waiting")))
        .orderBy(asc(heldMessages.id))
        .limit(limit);
    },
    async countWaiting(roomId, participant) {
      const [row] = await db
        .select({ count: count() })
        .from(heldMessages)
        .where(
          and(
            eq(heldMessages.roomId, roomId),
            eq(heldMessages.state, "waiting"),
            participant === undefined ? undefined : eq(heldMessages.participant, participant),
          ),
        );
      return row?.count ?? 0;
    },
    async decide(id, from, to) {
      const decided = await db
        .update(heldMessages)
        .set({ state: to })
        .where(and(eq(heldMessages.id, id), eq(heldMessages.state, from)))
        .returning({ id: heldMessages.id });
      return decided.length === 1;
    },
  };
}
