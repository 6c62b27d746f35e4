import type { AuditEntry, AuditedAction, Person } from "@sameroom/contract";
import type { Undo } from "./db/schema.ts";

/** Something staff did. */
export interface AuditDraft {
  /** Null: the server itself. */
  actor: Person | null;
  action: AuditedAction;
  /** To whom. Default: nobody. */
  subject?: Person | null;
  /** What else there is to know. Default: nothing. */
  detail?: AuditEntry["detail"];
  /** How it is taken back. Default: it cannot be. */
  undo?: Undo | null;
}

/** Keeps what staff did in a room, for staff to read. */
export type Audit = (roomId: string, draft: AuditDraft) => Promise<void>;
