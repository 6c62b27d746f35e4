import type { Room } from "../../db/schema.ts";
import type { Principal } from "../../http/principal.ts";
import { ProblemError } from "../../problem-error.ts";

/** Rooms one account may have. */
export const MAX_ROOMS = 50;

/** true when the caller may go live in the room. Admins are no exception: only the owner hosts. */
export function canPublish(principal: Principal, room: Pick<Room, "ownerId">): boolean {
  return principal.kind === "account" && principal.account.id === room.ownerId;
}

/** true for the room's owner and for admins, who see what is private. */
export function isInsider(principal: Principal, room: Pick<Room, "ownerId">): boolean {
  if (principal.kind === "visitor") return false;
  return principal.account.id === room.ownerId || principal.account.role === "admin";
}

/** true when the caller may know that the room exists: everybody, unless it is private. */
export function maySee(principal: Principal, room: Pick<Room, "ownerId" | "visibility">): boolean {
  return room.visibility !== "private" || isInsider(principal, room);
}

/** Throws `auth.required` or `auth.forbidden` unless the caller owns the room. */
export function requireOwner(principal: Principal, room: Pick<Room, "ownerId">): void {
  if (principal.kind === "visitor") throw new ProblemError("auth.required");
  if (principal.account.id !== room.ownerId) throw new ProblemError("auth.forbidden");
}
