import type { AuditEntry, AuditedAction } from "@sameroom/contract";
import type { AuditRow } from "../../db/schema.ts";

const person = (participant: string | null, name: string | null) =>
  participant === null ? null : { participant, name: name ?? "" };

/** What staff did, as staff read it. */
export function presentAuditEntry(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: person(row.actorParticipant, row.actorName),
    action: row.action as AuditedAction,
    subject: person(row.subjectParticipant, row.subjectName),
    detail: row.detail,
    undo: row.undoneAt !== null ? "done" : row.undo === null ? "impossible" : "possible",
    undoneBy: row.undoneBy,
  };
}
