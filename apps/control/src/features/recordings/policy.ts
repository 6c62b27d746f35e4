import type { AccountPrincipal, Principal } from "../../http/principal.ts";
import { ProblemError } from "../../problem-error.ts";
import type { OwnedRecording } from "./store.ts";

/** true when the recording is of a room of the caller's. */
export function isMine(principal: Principal, { room }: Pick<OwnedRecording, "room">): boolean {
  return principal.kind === "account" && principal.account.id === room.ownerId;
}

const isAdmin = (principal: Principal) => principal.kind === "account" && principal.account.role === "admin";

/** The recording, when it exists for this caller. Throws `recording.not_found`: deleted, or private and somebody else's. */
export function requireVisible(found: OwnedRecording | null, principal: Principal): OwnedRecording {
  const exists = found !== null && found.recording.deletedAt === null;
  if (exists && (found.recording.visibility !== "private" || isMine(principal, found) || isAdmin(principal)))
    return found;
  throw new ProblemError("recording.not_found");
}

/** Only the owner decides who may see it and how it is called. Throws `auth.forbidden`. */
export function requireChangeable(found: OwnedRecording, principal: AccountPrincipal): void {
  if (!isMine(principal, found)) throw new ProblemError("auth.forbidden");
}

/** The owner and admins delete. Throws `auth.forbidden`. */
export function requireDeletable(found: OwnedRecording, principal: AccountPrincipal): void {
  if (!isMine(principal, found) && !isAdmin(principal)) throw new ProblemError("auth.forbidden");
}

/** What a list shows: the owner and admins see all of a room's, everybody else what is public and ready. */
export function mayListAll(principal: Principal, room: OwnedRecording["room"]): boolean {
  return isMine(principal, { room }) || isAdmin(principal);
}
