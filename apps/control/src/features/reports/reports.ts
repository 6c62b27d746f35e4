import type { Clock } from "@sameroom/base";
import type { Actor, newReportSchema, Person, RoomEvent } from "@sameroom/contract";
import type { z } from "zod";
import type { Audit } from "../../audit.ts";
import type { Report } from "../../db/schema.ts";
import { newId } from "../../ids.ts";
import { ProblemError } from "../../problem-error.ts";
import type { TellRoom } from "../../room-log.ts";
import type { ReportStore } from "./store.ts";

/** What one person may report in an hour, in all rooms. */
export const MAX_REPORTS = 20;
const HOUR_MS = 3_600_000;

interface ReportedRoom {
  id: string;
  slug: string;
  ownerId: string;
}

export interface ReportPorts {
  store: ReportStore;
  clock: Clock;
  /** What was said around a message, or lately (null), oldest first. */
  contextOf: (slug: string, message: number | null) => Promise<RoomEvent[]>;
  nameOf: (room: ReportedRoom, participant: string) => Promise<string>;
  append: TellRoom;
  audit: Audit;
}

/** What people report. */
export interface Reports {
  /** The same reported again is no news. Throws `request.rate_limited`, and `moderation.not_found` for a message that is not theirs. */
  send(room: ReportedRoom, reporter: Person, report: z.output<typeof newReportSchema>): Promise<void>;
  /** Throws `moderation.not_found`, `moderation.decided`. */
  decide(
    room: ReportedRoom,
    actor: Actor,
    decision: { report: string; state: "dismissed" | "acted" },
  ): Promise<Report>;
  /** It is to be decided again. Throws `moderation.not_found`, and `moderation.decided` when it is open already. */
  reopen(room: ReportedRoom, actor: Actor, report: string): Promise<void>;
}

export function createReports(deps: ReportPorts): Reports {
  const { store, clock } = deps;
  return {
    async send(room, reporter, { participant, message, reason, note }) {
      const same = { roomId: room.id, reporter: reporter.participant, participant, message };
      if (await store.same(same)) return;
      const since = new Date(clock.unixMs() - HOUR_MS);
      if ((await store.countSince(reporter.participant, since)) >= MAX_REPORTS)
        throw new ProblemError("request.rate_limited", { retryAfter: HOUR_MS / 1000 });
      const context = await deps.contextOf(room.slug, message);
      const about = context.find(({ sequence }) => sequence === message);
      if (message !== null && about?.actor?.participant !== participant)
        throw new ProblemError("moderation.not_found");
      const name = about?.actor?.name ?? (await deps.nameOf(room, participant));
      await store.insert({
        ...same,
        ...{ id: newId(clock.unixMs()), name, reporterName: reporter.name, reason, note, context },
        ...{ createdAt: new Date(clock.unixMs()), state: "open", decidedBy: null },
      });
      await deps.append(room.slug, {
        ...{ actor: null, audience: "staff" },
        body: {
          ...{ type: "moderation", action: "flag", participant, name, untilUnixMs: null },
          reason: `Reported: ${reason}`,
        },
      });
    },
    async decide(room, actor, { report: id, state }) {
      const report = await store.find(room.id, id);
      if (report === null) throw new ProblemError("moderation.not_found");
      if (!(await store.decide(id, state, actor.name))) throw new ProblemError("moderation.decided");
      const { participant, name, reason } = report;
      await deps.audit(room.id, {
        actor: { participant: actor.participant, name: actor.name },
        ...{ action: "report.decide", subject: { participant, name }, detail: { decision: state, reason } },
        undo: { kind: "report", report: id },
      });
      return { ...report, state, decidedBy: actor.name };
    },
    async reopen(room, actor, id) {
      const report = await store.find(room.id, id);
      if (report === null) throw new ProblemError("moderation.not_found");
      if (!(await store.reopen(id))) throw new ProblemError("moderation.decided");
      const { participant, name, reason } = report;
      await deps.audit(room.id, {
        actor: { participant: actor.participant, name: actor.name },
        ...{
          action: "report.decide",
          subject: { participant, name },
          detail: { decision: "reopened", reason },
        },
      });
    },
  };
}
