import {
  type Grants,
  grantsWithinRole,
  ROLE_GRANTS,
  ROOM_TOKEN_TTL_S,
  type RoomRole,
  type Standing,
  type TokenRequest,
} from "@sameroom/contract";
import type { Account, Room } from "../../db/schema.ts";
import type { Principal } from "../../http/principal.ts";
import { ProblemError } from "../../problem-error.ts";

/** What a token will say about its bearer. */
export interface TokenDecision {
  participant: string;
  name: string;
  role: RoomRole;
  grants: Grants;
  ttlS: number;
}

/** Who a visitor is. */
export interface Visitor {
  participant: string;
  name: string;
}

/**
 * What the caller gets, at most: the owner is host, admins and the room's moderators are moderators, everybody else viewer, or
 * guest when they are `onStage` and ask for it.
 * `role` and `grants` may ask for less. An API key of the room's owner or of an admin speaks for an integrator's site: any
 * role, participant, name, lifetime. Throws `auth.forbidden` for anything beyond. A `grants` object means exactly what it lists.
 */
export function decideToken(
  request: TokenRequest,
  principal: Principal,
  room: Pick<Room, "ownerId">,
  more: { visitor: () => Visitor; standings: readonly Standing[]; onStage?: boolean },
): TokenDecision {
  const integrator = isIntegrator(principal, room);
  if (!integrator && (request.participant ?? request.name ?? request.ttlS) !== undefined)
    throw forbidden("Only an API key of the room's owner may choose participant, name and lifetime.");
  const usual = integrator ? "host" : mostOf(more.standings);
  const asGuest = more.onStage === true && usual !== "host" && request.role === "guest";
  const most: RoomRole = asGuest ? "guest" : usual;
  const role = request.role ?? most;
  if (!grantsWithinRole(most, ROLE_GRANTS[role])) throw forbidden(`You may not be ${role} in this room.`);
  const grants = { ...(request.grants === undefined ? ROLE_GRANTS[role] : listed(request.grants)) };
  if (!grantsWithinRole(role, grants)) throw forbidden(`A ${role} may not have all of these grants.`);
  const ttlS = request.ttlS ?? ROOM_TOKEN_TTL_S;
  return { ...identity(request, principal, more.visitor), role, grants, ttlS };
}

function mostOf(standings: readonly Standing[]): RoomRole {
  if (standings.includes("owner")) return "host";
  return standings.includes("admin") || standings.includes("moderator") ? "moderator" : "viewer";
}

function isIntegrator(principal: Principal, room: Pick<Room, "ownerId">): boolean {
  if (principal.kind === "visitor" || principal.via !== "api-key") return false;
  return owns(principal, room) || principal.account.role === "admin";
}

function owns(principal: Principal, room: Pick<Room, "ownerId">): boolean {
  return principal.kind === "account" && principal.account.id === room.ownerId;
}

/** An integrator names people of its own (`key:...`), never an account of somebody else here. */
function identity(request: TokenRequest, principal: Principal, visitor: () => Visitor): Visitor {
  if (principal.kind === "visitor") return visitor();
  const self = selfOf(principal.account);
  const participant = request.participant ?? self.participant;
  if (participant === self.participant) return { participant, name: request.name ?? self.name };
  if (!participant.startsWith("key:")) throw forbidden("Use a participant that begins with key:");
  return { participant, name: request.name ?? participant.slice("key:".length).slice(0, 40) };
}

function selfOf(account: Account): Visitor {
  return { participant: `user:${account.id}`, name: account.displayName };
}

function listed(grants: { [Name in keyof Grants]?: boolean | undefined }): Grants {
  return {
    publish: grants.publish ?? false,
    subscribe: grants.subscribe ?? false,
    moderate: grants.moderate ?? false,
  };
}

function forbidden(detail: string): ProblemError {
  return new ProblemError("auth.forbidden", { detail });
}
