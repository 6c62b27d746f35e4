import type { Clock } from "@sameroom/base";
import {
  type Actor,
  type Person,
  type SanctionKind,
  type SanctionOrder,
  standsAbove,
} from "@sameroom/contract";
import type { Audit } from "../../audit.ts";
import type { Room, Sanction } from "../../db/schema.ts";
import { newId } from "../../ids.ts";
import { ProblemError } from "../../problem-error.ts";
import type { TellRoom } from "../../room-log.ts";
import type { SanctionStore } from "./sanction-store.ts";
import type { TraceStore } from "./trace-store.ts";

/** A room, as far as its people are concerned. */
export type RoomOfPeople = Pick<Room, "id" | "slug" | "ownerId">;

export interface DisciplinePorts {
  /** Somebody, here or not, with all they are to the room. */
  targetOf: (room: RoomOfPeople, participant: string) => Promise<Actor>;
  append: TellRoom;
  audit: Audit;
  /** Somebody may not be in a room any more: their sockets, their media. */
  banned: (slug: string, participant: string) => void;
  /** Nobody is to hear them, either. */
  muted: (slug: string, participant: string) => void;
}

/** Mutes and bans, in force at once. All throw `people.protected`, those that lift `moderation.not_found`. */
export interface Discipline {
  impose(kind: SanctionKind, room: RoomOfPeople, actor: Actor, order: SanctionOrder): Promise<Sanction>;
  lift(room: RoomOfPeople, actor: Actor, sanctionId: string): Promise<void>;
  /** All of a kind that somebody has. */
  liftOf(kind: SanctionKind, room: RoomOfPeople, actor: Actor, participant: string): Promise<void>;
  /** Puts one that was lifted in force again. */
  restore(room: RoomOfPeople, actor: Actor, sanctionId: string): Promise<void>;
}

const personOf = ({ participant, name }: Person): Person => ({ participant, name });

export function createDiscipline(
  deps: DisciplinePorts & { store: SanctionStore; traces: Pick<TraceStore, "of">; clock: Clock },
): Discipline {
  const { store, clock } = deps;

  async function tell(
    room: RoomOfPeople,
    actor: Actor,
    sanction: Sanction,
    action: "mute" | "unmute" | "ban" | "unban",
  ): Promise<void> {
    const { id, participant, name, until, reason } = sanction;
    const imposed = action === "mute" || action === "ban";
    if (action === "ban") deps.banned(room.slug, participant);
    if (action === "mute") deps.muted(room.slug, participant);
    const untilUnixMs = until?.getTime() ?? null;
    await deps.audit(room.id, {
      ...{ actor: personOf(actor), action: `people.${action}`, subject: { participant, name } },
      detail: { reason, until: until?.toISOString() ?? null },
      undo: { kind: imposed ? "lift" : "impose", sanction: id },
    });
    await deps.append(room.slug, {
      ...{ actor, audience: "staff" },
      body: { type: "moderation", action, participant, name, untilUnixMs, reason },
    });
  }

  async function above(room: RoomOfPeople, actor: Actor, participant: string): Promise<Actor> {
    const target = await deps.targetOf(room, participant);
    if (participant === actor.participant || !standsAbove(actor.standings, target.standings))
      throw new ProblemError("people.protected");
    return target;
  }

  async function undo(room: RoomOfPeople, actor: Actor, lifted: readonly Sanction[]): Promise<void> {
    for (const sanction of lifted)
      await tell(room, actor, sanction, sanction.kind === "mute" ? "unmute" : "unban");
  }

  return {
    async impose(kind, room, actor, { participant, seconds, reason }) {
      const target = await above(room, actor, participant);
      const now = new Date(clock.unixMs());
      // The newest word counts: a time-out takes the place of a mute without end.
      for (const before of await store.inForce(room.id, participant, now))
        if (before.kind === kind) await store.lift(before.id, now);
      const sanction: Sanction = {
        ...{ id: newId(clock.unixMs()), roomId: room.id, kind, participant, name: target.name, reason },
        ...{ byParticipant: actor.participant, byName: actor.name, createdAt: now, liftedAt: null },
        until: seconds === null ? null : new Date(now.getTime() + seconds * 1000),
        ...{ evades: null, evadesName: null, signal: null },
      };
      await store.insert(sanction, kind === "ban" ? await deps.traces.of(participant) : []);
      await tell(room, actor, sanction, kind);
      return sanction;
    },
    async lift(room, actor, sanctionId) {
      const sanction = await store.find(room.id, sanctionId);
      const lifted = sanction === null ? [] : await store.lift(sanction.id, new Date(clock.unixMs()));
      if (lifted.length === 0) throw new ProblemError("moderation.not_found");
      await undo(room, actor, lifted);
    },
    async liftOf(kind, room, actor, participant) {
      const now = new Date(clock.unixMs());
      const found = (await store.inForce(room.id, participant, now)).filter((one) => one.kind === kind);
      if (found.length === 0) throw new ProblemError("moderation.not_found");
      for (const { id } of found) await undo(room, actor, await store.lift(id, now));
    },
    async restore(room, actor, sanctionId) {
      const sanction = await store.find(room.id, sanctionId);
      if (sanction === null) throw new ProblemError("moderation.not_found");
      await above(room, actor, sanction.participant);
      await store.impose(sanction.id);
      await tell(room, actor, sanction, sanction.kind);
    },
  };
}
