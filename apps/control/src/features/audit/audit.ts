import type { Clock } from "@sameroom/base";
import type { Audit } from "../../audit.ts";
import { newId } from "../../ids.ts";
import type { AuditStore } from "./store.ts";

/** Keeps what staff did. */
export function createAudit({ store, clock }: { store: Pick<AuditStore, "insert">; clock: Clock }): Audit {
  return async (roomId, { actor, action, subject = null, detail = {}, undo = null }) => {
    await store.insert({
      ...{ id: newId(clock.unixMs()), roomId, at: new Date(clock.unixMs()), action, detail, undo },
      ...{ actorParticipant: actor?.participant ?? null, actorName: actor?.name ?? null },
      ...{ subjectParticipant: subject?.participant ?? null, subjectName: subject?.name ?? null },
      ...{ undoneAt: null, undoneBy: null },
    });
  };
}
