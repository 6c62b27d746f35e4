import type { Log } from "@sameroom/base";
import type { Battle, BattleDesk, BattleTerms, OtherShow } from "@sameroom/contract";
import type { Time } from "../../clock.ts";
import { newId } from "../../ids.ts";
import { ProblemError } from "../../problem-error.ts";
import { announceBattle } from "./announce.ts";
import type { BattlePorts } from "./ports.ts";
import { presentBattle, presentChallenge, sideOf } from "./present.ts";
import type { BattleState, Index, Side } from "./rules.ts";
import * as rules from "./rules.ts";
import type { BattleStore, ChangedBattle } from "./store.ts";

/** Battles between rooms on air, as their hosts ask for them. */
export interface BattleService {
  /** The battle a room is in. */
  of(slug: string): Promise<Battle | null>;
  deskOf(slug: string): Promise<BattleDesk>;
  find(slug: string, query: string): Promise<OtherShow[]>;
  /**
   * Asks another room for a battle; when that room has asked already it is accepted. Resolves with its id. Throws `room.not_live`,
   * `battle.not_possible`, `battle.do_not_disturb`, `battle.busy`, `stage.full`.
   */
  challenge(slug: string, wish: BattleTerms & { room: string }): Promise<string>;
  /** Throws `battle.not_found`, and what {@link challenge} throws. */
  answer(slug: string, answer: { battle: string; accept: boolean }): Promise<void>;
  /** Waits for whoever waits, too, or not any more. Throws what {@link challenge} throws. */
  queue(slug: string, wish: BattleTerms & { on: boolean }): Promise<void>;
  /** Gives up, or ends the penalty. Throws `battle.not_found`. */
  leave(slug: string): Promise<void>;
  /** Throws `battle.not_found` where no other round can follow. */
  again(slug: string, wanted: boolean): Promise<void>;
  setOpen(slug: string, open: boolean): Promise<void>;
  /** A gift was paid in this room. */
  gift(slug: string): void;
  /** The room's host was lost, is back, or the show is over. */
  hostAway(slug: string): void;
  hostBack(slug: string): void;
  ended(slug: string): void;
  /** Goes on with what was under way before a restart, and keeps looking; resolves after the first look. */
  start(): Promise<void>;
  /** Resolves when everything so far is dealt with. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Points are counted again so soon after a gift: a storm of them is counted a few times a second. */
const COUNT_AFTER_MS = 300;
/** What a process that died left undone is found so soon, ms. */
const LOOK_EVERY_MS = 5_000;
/** Challenges a room waits for the answer of, and that wait for its own. */
const MOST_OUTGOING = 3;
const MOST_INCOMING = 20;

export function createBattles(
  deps: BattlePorts & { store: BattleStore; time: Time; log: Log },
): BattleService {
  const { store, time, log } = deps;
  const timers = new Map<string, () => void>();
  const counting = new Map<string, () => void>();
  const tails = new Map<string, Promise<unknown>>();
  let cancelLook = () => {};
  let closed = false;
  const now = () => time.unixMs();

  /** One change of a battle after the other, so that what is told of it is in order. */
  function inOrder<Value>(id: string, work: () => Promise<Value>): Promise<Value> {
    const result = (tails.get(id) ?? Promise.resolve()).then(work);
    const tail = result.catch(() => {});
    tails.set(id, tail);
    void tail.then(() => {
      if (tails.get(id) === tail) tails.delete(id);
    });
    return result;
  }

  function run(id: string, decide: (state: BattleState) => BattleState): Promise<void> {
    return inOrder(id, async () => {
      const changed = await store.change(id, (state) => decide(rules.advance(state, now())));
      if (changed !== null) await told(changed);
    });
  }

  async function told(changed: ChangedBattle, retold = false): Promise<void> {
    arm(changed.id, changed.after);
    await announceBattle(changed, { ...deps, retold, tellDesks });
  }

  function arm(id: string, state: BattleState): void {
    timers.get(id)?.();
    timers.delete(id);
    const deadline = rules.deadlineOf(state);
    if (deadline === null || closed) return;
    const cancel = time.after(Math.max(1, deadline - now()), () => {
      timers.delete(id);
      inBackground(run(id, (current) => current));
    });
    timers.set(id, cancel);
  }

  function inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => log.error("a battle could not be kept up", { err: error }));
  }

  async function tellDesks(slugs: readonly string[]): Promise<void> {
    for (const slug of slugs) deps.tellDesk(slug, await deskOf(slug));
  }

  async function deskOf(slug: string): Promise<BattleDesk> {
    const [{ open, queuedSinceUnixMs }, found] = await Promise.all([
      store.desk(slug),
      store.challenges(slug),
    ]);
    const of = (own: Index) =>
      found
        .filter(({ state }) => sideOf(state, slug) === own && (state.phaseEndsUnixMs ?? 0) > now())
        .map(({ id, state }) => presentChallenge(id, state, own));
    return { open, queuedSinceUnixMs, incoming: of(1), outgoing: of(0) };
  }

  /** A room as a side of a battle, when it can have one now. */
  async function ready(slug: string): Promise<Side> {
    const { id: roomId, slug: room, title, ownerId, state, visibility } = await deps.roomOf(slug);
    if (visibility === "private") throw new ProblemError("battle.not_possible");
    const host = state === "live" ? await deps.hostOf(room) : null;
    if (host === null) throw new ProblemError("room.not_live");
    if ((await store.desk(room)).busy) throw new ProblemError("battle.busy");
    await deps.requireSeat(room);
    const fresh = { awaySinceUnixMs: null, again: false, coins: 0, supporters: [] };
    return { roomId, room, title, ownerId, participant: host.participant, name: host.name, ...fresh };
  }

  async function readyPair(one: string, other: string): Promise<[Side, Side]> {
    const sides: [Side, Side] = [await ready(one), await ready(other)];
    const [first, second] = sides;
    if (first.ownerId === second.ownerId || first.participant === second.participant)
      throw new ProblemError("battle.not_possible");
    return sides;
  }

  async function accept(slug: string, id: string, { sides }: BattleState): Promise<void> {
    const fresh = await readyPair(sides[0].room, sides[1].room);
    await inOrder(id, async () => {
      const changes = await store.accept(id, (state) => rules.accept({ ...state, sides: fresh }, now()));
      for (const changed of changes) await told(changed);
    });
    log.info("a battle was accepted", { battle: id, room: slug });
  }

  /** Changes the battle a room is in. */
  async function ofRoom(
    slug: string,
    decide: (state: BattleState, own: Index) => BattleState,
  ): Promise<boolean> {
    const found = await store.current(slug);
    const own = found === null ? null : sideOf(found.state, slug);
    if (found === null || own === null) return false;
    await run(found.id, (state) => decide(state, own));
    return true;
  }

  async function require(...[slug, decide]: Parameters<typeof ofRoom>): Promise<void> {
    if (!(await ofRoom(slug, decide))) throw new ProblemError("battle.not_found");
  }

  async function withdraw(slug: string): Promise<void> {
    for (const { id } of await store.challenges(slug)) await run(id, rules.decline);
  }

  async function match(slug: string, roomId: string): Promise<void> {
    for (const { slug: other, terms } of await store.waiting(roomId, now())) {
      const sides = await readyPair(other, slug).catch(() => null);
      if (sides === null) continue;
      const id = newId(now());
      const before = rules.challenge(sides, terms, now());
      const after = rules.accept(before, now());
      if (!(await store.addMatch(id, after, now()))) continue;
      log.info("two rooms were matched", { battle: id, rooms: [other, slug] });
      return await inOrder(id, () => told({ id, before, after }));
    }
  }

  async function look(): Promise<void> {
    for (const slug of await store.stranded()) await over(slug);
    for (const id of await store.due(now()))
      await inOrder(id, async () => {
        const changed = await store.change(id, (state) => rules.advance(state, now()));
        if (changed !== null) await told(changed, true);
      });
  }

  function lookLater(): void {
    if (closed) return;
    cancelLook = time.after(LOOK_EVERY_MS, () => {
      const looking = inOrder("look", look).finally(lookLater);
      inBackground(looking);
    });
  }

  async function over(slug: string): Promise<void> {
    await ofRoom(slug, rules.leave);
    await withdraw(slug);
    if ((await store.desk(slug)).queuedSinceUnixMs === null) return;
    await store.queue((await deps.roomOf(slug)).id, null, now());
    await tellDesks([slug]);
  }

  const fact = (slug: string, work: () => Promise<unknown>) => {
    if (!closed) inBackground(inOrder(`facts of ${slug}`, work));
  };

  return {
    async of(slug) {
      const found = await store.current(slug);
      return found === null ? null : presentBattle(found.id, found.state);
    },
    deskOf,
    find: async (slug, query) => store.candidates((await deps.roomOf(slug)).id, query),
    async challenge(slug, { room, ...terms }) {
      const sides = await readyPair(slug, room);
      const [own, other] = [await store.challenges(slug), await store.challenges(room)];
      const asked = own.find(({ state }) => sideOf(state, slug) === 1 && sideOf(state, room) === 0);
      if (asked !== undefined) {
        await accept(slug, asked.id, asked.state);
        return asked.id;
      }
      if (!(await store.desk(room)).open) throw new ProblemError("battle.do_not_disturb");
      const outgoing = own.filter(({ state }) => sideOf(state, slug) === 0);
      const again = outgoing.find(({ state }) => sideOf(state, room) === 1);
      if (again !== undefined) return again.id;
      if (outgoing.length >= MOST_OUTGOING || other.length >= MOST_INCOMING)
        throw new ProblemError("battle.busy");
      const id = newId(now());
      const state = rules.challenge(sides, terms, now());
      await store.addChallenge(id, state, now());
      arm(id, state);
      await tellDesks([slug, room]);
      return id;
    },
    async answer(slug, { battle, accept: yes }) {
      const found = (await store.challenges(slug)).find(({ id }) => id === battle);
      if (found === undefined) throw new ProblemError("battle.not_found");
      if (!yes) return run(battle, rules.decline);
      if (sideOf(found.state, slug) !== 1) throw new ProblemError("battle.not_found");
      await accept(slug, battle, found.state);
    },
    async queue(slug, { on, ...terms }) {
      const roomId = on ? (await ready(slug)).roomId : (await deps.roomOf(slug)).id;
      await store.queue(roomId, on ? terms : null, now());
      if (on) await match(slug, roomId);
      await tellDesks([slug]);
    },
    leave: (slug) => require(slug, rules.leave),
    again: (slug, wanted) =>
      require(slug, (state, own) => rules.again(state, own, { wanted, nowUnixMs: now() })),
    async setOpen(slug, open) {
      await store.setOpen((await deps.roomOf(slug)).id, open);
      await tellDesks([slug]);
    },
    gift(slug) {
      if (counting.has(slug) || closed) return;
      const cancel = time.after(COUNT_AFTER_MS, () => {
        counting.delete(slug);
        fact(slug, () => ofRoom(slug, (state) => state));
      });
      counting.set(slug, cancel);
    },
    hostAway: (slug) => fact(slug, () => ofRoom(slug, (state, own) => rules.away(state, own, now()))),
    hostBack: (slug) => fact(slug, () => ofRoom(slug, (state, own) => rules.away(state, own, null))),
    ended: (slug) => fact(slug, () => over(slug)),
    async start() {
      for (const { id } of await store.open())
        await inOrder(id, async () => {
          const goOn = (state: BattleState) => rules.advance(rules.resume(state, now()), now());
          const changed = await store.change(id, goOn);
          if (changed !== null) await told(changed, true);
        });
      await look();
      lookLater();
    },
    async settled() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
    async close() {
      closed = true;
      cancelLook();
      for (const cancel of [...timers.values(), ...counting.values()]) cancel();
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}
