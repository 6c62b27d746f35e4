import { BATTLE_QUEUE_MS, BATTLE_SUPPORTERS, type BattleTerms, type OtherShow } from "@sameroom/contract";
import {
  and,
  asc,
  desc,
  eq,
  gt,
  ilike,
  inArray,
  isNotNull,
  isNull,
  lte,
  ne,
  notInArray,
  or,
  sql,
} from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Database, Queryable } from "../../db/database.ts";
import { accounts, battleDesks, battleGifts, battles, rooms } from "../../db/schema.ts";
import { ProblemError } from "../../problem-error.ts";
import { type BattleState, deadlineOf, decline, INDEXES, isScored, type Tally, tally } from "./rules.ts";

export interface StoredBattle {
  id: string;
  state: BattleState;
}
export interface ChangedBattle {
  id: string;
  before: BattleState;
  after: BattleState;
}

/** Challenges, battles, scores and desks, in the database. */
export interface BattleStore {
  /** The battle a room is in. */
  current(slug: string): Promise<StoredBattle | null>;
  /** Challenges of a room and to it that wait for an answer. */
  challenges(slug: string): Promise<StoredBattle[]>;
  addChallenge(id: string, state: BattleState, nowUnixMs: number): Promise<void>;
  /** A battle of two rooms that wait for one; false: one of them does not any more. */
  addMatch(id: string, state: BattleState, nowUnixMs: number): Promise<boolean>;
  /** Both rooms are taken by this battle; other challenges of theirs are void, and returned, too. Throws `battle.busy`. */
  accept(id: string, decide: (state: BattleState) => BattleState): Promise<ChangedBattle[]>;
  /**
   * Replaces a battle, with its points up to date, by what `decide` makes of it, one change after the other whoever asks. Counts the
   * revision up when anything changed. null: there is none.
   */
  change(id: string, decide: (state: BattleState) => BattleState): Promise<ChangedBattle | null>;
  /** Battles with something to do by then, or to tell. */
  due(nowUnixMs: number): Promise<string[]>;
  /** All that are not over. */
  open(): Promise<StoredBattle[]>;
  /** Rooms in a battle that are not on air any more. */
  stranded(): Promise<string[]>;
  /** Everybody knows of this revision. */
  told(id: string, revision: number): Promise<void>;
  desk(slug: string): Promise<{ open: boolean; busy: boolean; queuedSinceUnixMs: number | null }>;
  setOpen(roomId: string, open: boolean): Promise<void>;
  /** `terms`: waits from then on; null: does not wait. Throws `battle.busy`. */
  queue(roomId: string, terms: BattleTerms | null, nowUnixMs: number): Promise<void>;
  /** Rooms that wait for an opponent this one can have, the longest first. */
  waiting(roomId: string, nowUnixMs: number): Promise<{ slug: string; terms: BattleTerms }[]>;
  /** Rooms on air that can be challenged by this one, the fullest first. */
  candidates(roomId: string, query: string): Promise<OtherShow[]>;
}

const MOST_CANDIDATES = 20;
const MOST_WAITING = 20;
const MOST_DUE = 200;

type Transaction = Parameters<Parameters<Database["orm"]["transaction"]>[0]>[0];

export function createBattleStore(db: Database["orm"]): BattleStore {
  const ofSlug = (slug: string) => db.select({ id: rooms.id }).from(rooms).where(eq(rooms.slug, slug));
  const deskFor = (roomId: string, changes: Partial<typeof battleDesks.$inferInsert>) =>
    db
      .insert(battleDesks)
      .values({ roomId, ...changes })
      .onConflictDoUpdate({ target: battleDesks.roomId, set: changes });

  return {
    async current(slug) {
      const [found] = await db
        .select({ id: battles.id, state: battles.state })
        .from(battles)
        .innerJoin(battleDesks, eq(battleDesks.battleId, battles.id))
        .innerJoin(rooms, eq(rooms.id, battleDesks.roomId))
        .where(eq(rooms.slug, slug))
        .limit(1);
      return found ?? null;
    },
    challenges: (slug) =>
      db
        .select({ id: battles.id, state: battles.state })
        .from(battles)
        .where(
          and(
            eq(battles.phase, "challenged"),
            or(inArray(battles.roomId, ofSlug(slug)), inArray(battles.otherRoomId, ofSlug(slug))),
          ),
        )
        .orderBy(asc(battles.createdAt)),
    async addChallenge(id, state, nowUnixMs) {
      await db.insert(battles).values(rowOf(id, state, nowUnixMs));
    },
    addMatch: (id, state, nowUnixMs) =>
      db.transaction(async (tx) => {
        const desks = await lockDesks(tx, state);
        if (desks.some(({ battleId, queuedAt }) => battleId !== null || queuedAt === null)) return false;
        await tx.insert(battles).values({ ...rowOf(id, state, nowUnixMs), untold: true });
        await takeDesks(tx, id, state);
        return true;
      }),
    accept: (id, decide) =>
      db.transaction(async (tx) => {
        const [found] = await tx.select().from(battles).where(eq(battles.id, id)).limit(1);
        if (found === undefined) throw new ProblemError("battle.not_found");
        const desks = await lockDesks(tx, found.state);
        const changed = await changeIn(tx, id, decide);
        if (changed === null || changed.after === changed.before) throw new ProblemError("battle.not_found");
        if (desks.some(({ battleId }) => battleId !== null)) throw new ProblemError("battle.busy");
        await takeDesks(tx, id, changed.after);
        return [changed, ...(await declineOthers(tx, id, changed.after))];
      }),
    change: (id, decide) => db.transaction((tx) => changeIn(tx, id, decide)),
    async due(nowUnixMs) {
      const found = await db
        .select({ id: battles.id })
        .from(battles)
        .where(or(lte(battles.dueAt, new Date(nowUnixMs)), battles.untold))
        .limit(MOST_DUE);
      return found.map(({ id }) => id);
    },
    open: () =>
      db.select({ id: battles.id, state: battles.state }).from(battles).where(isNotNull(battles.dueAt)),
    async stranded() {
      const found = await db
        .select({ slug: rooms.slug })
        .from(battleDesks)
        .innerJoin(rooms, eq(rooms.id, battleDesks.roomId))
        .where(and(isNotNull(battleDesks.battleId), notInArray(rooms.state, ["live", "interrupted"])));
      return found.map(({ slug }) => slug);
    },
    async told(id, revision) {
      await db
        .update(battles)
        .set({ untold: false })
        .where(and(eq(battles.id, id), eq(sql`(${battles.state} ->> 'revision')::int`, revision)));
    },
    async desk(slug) {
      const [found] = await db
        .select({ desk: battleDesks })
        .from(battleDesks)
        .innerJoin(rooms, eq(rooms.id, battleDesks.roomId))
        .where(eq(rooms.slug, slug))
        .limit(1);
      if (found === undefined) return { open: true, busy: false, queuedSinceUnixMs: null };
      const { open, battleId, queuedAt } = found.desk;
      return { open, busy: battleId !== null, queuedSinceUnixMs: queuedAt?.getTime() ?? null };
    },
    async setOpen(roomId, open) {
      await deskFor(roomId, { open });
    },
    queue: (roomId, terms, nowUnixMs) =>
      db.transaction(async (tx) => {
        await tx.insert(battleDesks).values({ roomId }).onConflictDoNothing();
        const set = terms === null ? { queuedAt: null } : { ...terms, queuedAt: new Date(nowUnixMs) };
        const isFree = terms === null ? undefined : isNull(battleDesks.battleId);
        const updated = await tx
          .update(battleDesks)
          .set(set)
          .where(and(eq(battleDesks.roomId, roomId), isFree))
          .returning({ roomId: battleDesks.roomId });
        if (updated.length === 0) throw new ProblemError("battle.busy");
      }),
    async waiting(roomId, nowUnixMs) {
      const own = alias(rooms, "own");
      const found = await db
        .select({ slug: rooms.slug, durationS: battleDesks.durationS, penaltyS: battleDesks.penaltyS })
        .from(battleDesks)
        .innerJoin(rooms, eq(rooms.id, battleDesks.roomId))
        .innerJoin(own, eq(own.id, roomId))
        .where(
          and(
            gt(battleDesks.queuedAt, new Date(nowUnixMs - BATTLE_QUEUE_MS)),
            isNull(battleDesks.battleId),
            eq(rooms.state, "live"),
            ne(rooms.visibility, "private"),
            ne(rooms.ownerId, own.ownerId),
          ),
        )
        .orderBy(asc(battleDesks.queuedAt))
        .limit(MOST_WAITING);
      return found.map(({ slug, ...terms }) => ({ slug, terms }));
    },
    candidates(roomId, query) {
      const own = alias(rooms, "own");
      const like = `%${query.replace(/[\\%_]/g, "\\$&")}%`;
      return db
        .select({
          ...{ room: rooms.slug, title: rooms.title },
          ...{ name: accounts.displayName, viewers: rooms.viewers },
        })
        .from(rooms)
        .innerJoin(accounts, eq(accounts.id, rooms.ownerId))
        .innerJoin(own, eq(own.id, roomId))
        .leftJoin(battleDesks, eq(battleDesks.roomId, rooms.id))
        .where(
          and(
            eq(rooms.state, "live"),
            eq(rooms.visibility, "public"),
            ne(rooms.ownerId, own.ownerId),
            isNull(battleDesks.battleId),
            or(isNull(battleDesks.open), battleDesks.open),
            or(ilike(rooms.title, like), ilike(accounts.displayName, like), ilike(rooms.slug, like)),
          ),
        )
        .orderBy(desc(rooms.viewers), asc(rooms.slug))
        .limit(MOST_CANDIDATES);
    },
  };
}

function rowOf(id: string, state: BattleState, nowUnixMs: number): typeof battles.$inferInsert {
  const [one, other] = state.sides;
  return {
    ...{ id, roomId: one.roomId, otherRoomId: other.roomId, untold: false, createdAt: new Date(nowUnixMs) },
    ...changesOf(state),
  };
}

function changesOf(state: BattleState): Pick<typeof battles.$inferInsert, "state" | "phase" | "dueAt"> {
  const due = deadlineOf(state);
  return { state, phase: state.phase, dueAt: due === null ? null : new Date(due) };
}

async function changeIn(
  tx: Transaction,
  id: string,
  decide: (state: BattleState) => BattleState,
): Promise<ChangedBattle | null> {
  const [row] = await tx.select().from(battles).where(eq(battles.id, id)).for("update");
  if (row === undefined) return null;
  const before = row.state;
  const counted = isScored(before) ? tally(before, await count(tx, id, before)) : before;
  const decided = decide(counted);
  if (decided === before) return { id, before, after: before };
  const after = { ...decided, revision: before.revision + 1 };
  const untold = row.untold || after.phase !== before.phase || after.round !== before.round;
  await tx
    .update(battles)
    .set({ ...changesOf(after), untold })
    .where(eq(battles.id, id));
  if (after.phase === "over")
    await tx.update(battleDesks).set({ battleId: null }).where(eq(battleDesks.battleId, id));
  return { id, before, after };
}

/** Takes over into the score log what was paid in the round's time, each gift once, and adds it up. */
async function count(tx: Transaction, id: string, state: BattleState): Promise<[Tally, Tally]> {
  const [one, other] = state.sides;
  await tx.execute(sql`
    insert into battle_gifts (transfer_id, battle_id, round, side, sender_id, name, coins, at)
    select transfer_id, ${id}::uuid, ${state.round}::int, case when room_id = ${one.roomId}::uuid then 0 else 1 end,
      sender_id, actor ->> 'name', price * count, at
    from sent_gifts
    where room_id in (${one.roomId}::uuid, ${other.roomId}::uuid)
      and at >= ${new Date(state.startsUnixMs).toISOString()}::timestamptz
      and at < ${new Date(state.endsUnixMs).toISOString()}::timestamptz
    on conflict do nothing`);
  const ofRound = and(eq(battleGifts.battleId, id), eq(battleGifts.round, state.round));
  const coins = sql<number>`sum(${battleGifts.coins}::bigint)`.mapWith(Number);
  const totals = await tx
    .select({ side: battleGifts.side, coins })
    .from(battleGifts)
    .where(ofRound)
    .groupBy(battleGifts.side);
  const most = (side: 0 | 1) =>
    tx
      .select({ senderId: battleGifts.senderId, name: sql<string>`max(${battleGifts.name})`, coins })
      .from(battleGifts)
      .where(and(ofRound, eq(battleGifts.side, side)))
      .groupBy(battleGifts.senderId)
      .orderBy(desc(coins), asc(battleGifts.senderId))
      .limit(BATTLE_SUPPORTERS);
  const tallyOf = async (side: 0 | 1): Promise<Tally> => ({
    coins: totals.find((total) => total.side === side)?.coins ?? 0,
    supporters: (await most(side)).map(({ senderId, ...rest }) => ({
      participant: `user:${senderId}`,
      ...rest,
    })),
  });
  return [await tallyOf(0), await tallyOf(1)];
}

/** Always in the same order: two who want the same rooms never wait for each other in a circle. */
async function lockDesks(tx: Transaction, { sides }: BattleState) {
  const ids = sides.map(({ roomId }) => roomId).sort();
  await tx
    .insert(battleDesks)
    .values(ids.map((roomId) => ({ roomId })))
    .onConflictDoNothing();
  return await tx
    .select()
    .from(battleDesks)
    .where(inArray(battleDesks.roomId, ids))
    .orderBy(asc(battleDesks.roomId))
    .for("update");
}

async function takeDesks(db: Queryable, battleId: string, { sides }: BattleState): Promise<void> {
  const ids = INDEXES.map((index) => sides[index].roomId);
  await db.update(battleDesks).set({ battleId, queuedAt: null }).where(inArray(battleDesks.roomId, ids));
}

async function declineOthers(tx: Transaction, id: string, { sides }: BattleState): Promise<ChangedBattle[]> {
  const ids = INDEXES.map((index) => sides[index].roomId);
  const others = await tx
    .select({ id: battles.id })
    .from(battles)
    .where(
      and(
        ...[ne(battles.id, id), eq(battles.phase, "challenged")],
        or(inArray(battles.roomId, ids), inArray(battles.otherRoomId, ids)),
      ),
    )
    .orderBy(asc(battles.id));
  const changed: ChangedBattle[] = [];
  for (const other of others) {
    const declined = await changeIn(tx, other.id, decline);
    if (declined !== null) changed.push(declined);
  }
  return changed;
}
