import type { Log } from "@sameroom/base";
import { type Actor, type EventBody, type OtherShow, RAID_COUNTDOWN_MS, type Raid } from "@sameroom/contract";
import type { Time } from "../../clock.ts";
import { newId } from "../../ids.ts";
import { ProblemError } from "../../problem-error.ts";
import type { TellRoom } from "../../room-log.ts";
import { whyNoRaid } from "./rules.ts";
import type { RaidStore, StartingRaid } from "./store.ts";

export interface RaidPorts {
  append: TellRoom;
  /** Distinct people who watch a room now. */
  viewersOf: (slug: string) => number;
  /** Ends a show as its host. Throws `room.not_live`. */
  end: (slug: string) => Promise<void>;
}

/** Raids of rooms on air: begun, called off, and gone when their time has come, also after a restart. */
export interface Raids {
  /** Where this room's viewers could go, the fullest first. */
  find(room: { ownerId: string }, query: string): Promise<OtherShow[]>;
  /** Throws `room.not_live`, `raid.under_way`, and `raid.refused` with the reason. */
  start(
    room: { id: string; slug: string; ownerId: string; state: string },
    actor: Actor,
    to: string,
  ): Promise<void>;
  /** Throws `raid.none`. */
  cancel(slug: string, actor: Actor): Promise<void>;
  /** The one that is about to go. */
  of(slug: string): Promise<Raid | null>;
  /** Looks for those whose time has come, now and from time to time. */
  run(): void;
  /** The show is over, and with it a raid that has not gone. */
  ended(slug: string): void;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Rooms offered at a time. */
const OFFERED = 20;
/** How often raids are looked for that another process left behind. */
const LOOK_EVERY_MS = 5_000;

export function createRaids(deps: RaidPorts & { store: RaidStore; time: Time; log: Log }): Raids {
  const { store, time, log, append } = deps;
  const timers = new Set<() => void>();
  const work = new Set<Promise<void>>();
  /** Rooms whose raid goes at this moment. */
  const going = new Set<string>();
  let closed = false;

  function inBackground(what: string, promise: Promise<void>): void {
    const guarded = promise.catch((error: unknown) => log.warn(what, { err: error }));
    work.add(guarded);
    void guarded.finally(() => work.delete(guarded));
  }

  function later(ms: number, act: () => void): void {
    if (closed) return;
    const cancel = time.after(ms, () => {
      timers.delete(cancel);
      act();
    });
    timers.add(cancel);
  }

  const bodyOf = (
    { to, goesAt }: Pick<StartingRaid, "to" | "goesAt">,
    phase: "starting" | "cancelled" | "gone",
  ): EventBody => ({
    ...{ type: "raid", phase, to, goesAtUnixMs: goesAt.getTime() },
  });

  async function callOff(raid: StartingRaid, actor: Actor | null): Promise<boolean> {
    if (!(await store.settle(raid.id, "cancelled"))) return false;
    await append(raid.room.slug, { actor, body: bodyOf(raid, "cancelled") });
    return true;
  }

  /** Each step may come twice, as a process may die after any of them: the log takes what has the raid's id once. */
  async function go(raid: StartingRaid): Promise<void> {
    const { room, actor, id: clientId } = raid;
    if (going.has(room.slug)) return;
    going.add(room.slug);
    try {
      const target = await store.target(raid.to.slug, room.ownerId);
      // A host who has shut the lid already is still sending their viewers on.
      const isOn = room.state === "live" || room.state === "interrupted";
      if (!isOn || target === null || whyNoRaid(target, room.ownerId) !== null) {
        await callOff(raid, null);
        return;
      }
      const viewers = deps.viewersOf(room.slug);
      const from = { slug: room.slug, title: room.title, host: raid.ownerName };
      // What they are in their own room they are not in this one.
      const guest = { ...actor, standings: [] };
      await append(raid.to.slug, { actor: guest, clientId, body: { type: "raided", from, viewers } });
      await append(room.slug, { actor, clientId, body: bodyOf(raid, "gone") });
      await store.settle(raid.id, "gone");
      log.info("raid", { room: room.slug, to: raid.to.slug, viewers });
      await deps.end(room.slug);
    } finally {
      going.delete(room.slug);
    }
  }

  async function look(): Promise<void> {
    for (const raid of await store.due(new Date(time.unixMs())))
      await go(raid).catch((error: unknown) =>
        log.warn("a raid did not go", { room: raid.room.slug, err: error }),
      );
  }

  function run(): void {
    inBackground(
      "raids could not be looked for",
      look().finally(() => later(LOOK_EVERY_MS, run)),
    );
  }

  return {
    async find({ ownerId }, query) {
      const found = await store.targets(ownerId, query, OFFERED);
      return found.map(({ room: { slug, title, viewers }, ownerName }) => ({
        ...{ room: slug, title, name: ownerName, viewers },
      }));
    },
    async start(room, actor, to) {
      if (room.state !== "live") throw new ProblemError("room.not_live");
      const target = await store.target(to, room.ownerId);
      if (target === null) throw new ProblemError("room.not_found");
      const refusal = whyNoRaid(target, room.ownerId);
      if (refusal !== null) throw new ProblemError("raid.refused", { detail: refusal });
      const id = newId(time.unixMs());
      const goesAt = new Date(time.unixMs() + RAID_COUNTDOWN_MS);
      const isFirst = await store.insert({ id, roomId: room.id, toRoomId: target.room.id, actor, goesAt });
      if (!isFirst) throw new ProblemError("raid.under_way");
      const raid = { to: { slug: to, title: target.room.title, host: target.ownerName }, goesAt };
      await append(room.slug, { actor, body: bodyOf(raid, "starting") });
      later(goesAt.getTime() - time.unixMs(), () => inBackground("a raid did not go", look()));
    },
    async cancel(slug, actor) {
      const raid = await store.starting(slug);
      if (raid === null || going.has(slug) || !(await callOff(raid, actor)))
        throw new ProblemError("raid.none");
    },
    async of(slug) {
      const raid = await store.starting(slug);
      return raid === null ? null : { to: raid.to, goesAtUnixMs: raid.goesAt.getTime() };
    },
    run,
    ended(slug) {
      if (going.has(slug) || closed) return;
      const callOffLost = async () => {
        const raid = await store.starting(slug);
        if (raid !== null && !going.has(slug)) await callOff(raid, null);
      };
      inBackground("a raid was not called off", callOffLost());
    },
    async settled() {
      while (work.size > 0) await Promise.all(work);
    },
    async close() {
      closed = true;
      for (const cancel of timers) cancel();
      while (work.size > 0) await Promise.all(work);
    },
  };
}
