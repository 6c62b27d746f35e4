import type { Clock } from "@sameroom/base";
import { may, type Person, type Standing } from "@sameroom/contract";
import type { Audit } from "../../audit.ts";
import type { Sanction } from "../../db/schema.ts";
import { newId } from "../../ids.ts";
import { ProblemError } from "../../problem-error.ts";
import type { TellRoom } from "../../room-log.ts";
import type { RoomOfPeople } from "./discipline.ts";
import type { MutesOf } from "./mutes.ts";
import { judgeNewcomer } from "./rules.ts";
import type { SanctionStore } from "./sanction-store.ts";
import { sanctionText } from "./sanction-text.ts";
import type { Signals } from "./signals.ts";
import type { TraceStore } from "./trace-store.ts";

/** Somebody at the door. */
export interface Newcomer extends Person {
  standings: readonly Standing[];
  /** When their account was made; null: they have none here. */
  accountSince: Date | null;
}

/** Whether people may come in, and whether they may write. */
export interface Admission {
  /**
   * Remembers from where they come and looks for bans they evade: the same device is banned, a new face from the same address
   * muted until staff have looked. `signals` null: not known. Throws `room.banned`.
   */
  arrive(room: RoomOfPeople, newcomer: Newcomer, signals: Signals | null): Promise<void>;
  /** Throws `room.banned`. */
  refuseBanned(slug: string, participant: string): Promise<void>;
  /** Throws `chat.muted`. */
  refuseMuted(slug: string, participant: string): Promise<void>;
}

export function createAdmission(deps: {
  store: SanctionStore;
  traces: TraceStore;
  clock: Clock;
  append: TellRoom;
  audit: Audit;
  /** Who is muted in a room. */
  mutesOf: MutesOf;
}): Admission {
  const { store, traces, clock } = deps;
  const now = () => new Date(clock.unixMs());

  async function refuseBanned(slug: string, participant: string): Promise<void> {
    const found = await store.inForceAt(slug, participant, now());
    const ban = found.find(({ kind }) => kind === "ban");
    if (ban !== undefined) throw banned(ban);
  }

  async function follow(
    room: RoomOfPeople,
    { participant, name }: Person,
    { ban, signal, kind }: { ban: Sanction; signal: "device" | "address"; kind: Sanction["kind"] },
    signals: Signals,
  ): Promise<Sanction> {
    const sanction: Sanction = {
      ...{ id: newId(clock.unixMs()), roomId: room.id, kind, participant, name, reason: "" },
      ...{ byParticipant: null, byName: null, createdAt: now(), until: ban.until, liftedAt: null },
      // A chain of evasions hangs on its first ban: lifting that lifts them all.
      ...{ evades: ban.evades ?? ban.id, evadesName: ban.evadesName ?? ban.name, signal },
    };
    await store.insert(sanction, kind === "ban" ? [signals] : []);
    const { evadesName } = sanction;
    await deps.audit(room.id, {
      ...{ actor: null, action: "people.flag", subject: { participant, name } },
      detail: { signal, evades: evadesName, consequence: kind },
      undo: { kind: "lift", sanction: sanction.id },
    });
    await deps.append(room.slug, {
      ...{ actor: null, audience: "staff" },
      body: {
        ...{
          type: "moderation",
          action: "flag",
          participant,
          name,
          reason: `Same ${signal} as ${evadesName}`,
        },
        untilUnixMs: ban.until?.getTime() ?? null,
      },
    });
    return sanction;
  }

  return {
    async arrive(room, newcomer, signals) {
      const { participant, standings } = newcomer;
      if (may(standings, "people.ban")) return;
      if (signals === null) return refuseBanned(room.slug, participant);
      // Everybody comes this way: what is asked is asked at once.
      const [, , matches] = await Promise.all([
        refuseBanned(room.slug, participant),
        traces.remember(participant, signals, now()),
        store.matches(room.id, signals, now()),
      ]);
      if (matches.length === 0) return;
      const firstSeen = (await traces.firstSeen(participant)) ?? now();
      const judged = judgeNewcomer({ firstSeen, accountSince: newcomer.accountSince }, matches);
      if (judged === null) return;
      const first = judged.ban.evades ?? judged.ban.id;
      // Staff who lifted it once have looked.
      if (await store.wasJudged(participant, first)) return;
      const sanction = await follow(room, newcomer, judged, signals);
      if (sanction.kind === "ban") throw banned(sanction);
    },
    refuseBanned,
    async refuseMuted(slug, participant) {
      const mute = (await deps.mutesOf(slug)).get(participant);
      if (mute === undefined || (mute.until !== null && mute.until <= now())) return;
      const detail = sanctionText(mute);
      throw new ProblemError("chat.muted", detail === undefined ? {} : { detail });
    },
  };
}

function banned(ban: Sanction): ProblemError {
  const detail = sanctionText(ban);
  return new ProblemError("room.banned", detail === undefined ? {} : { detail });
}
