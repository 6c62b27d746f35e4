import { z } from "zod";

/** What a participant is in one room. `host` is on air; `owner` is an account's relation to its room. */
export const roomRoleSchema = z.enum(["host", "guest", "moderator", "viewer"]);
export type RoomRole = z.infer<typeof roomRoleSchema>;

/** What a room token allows. Least privilege: everything absent is denied. */
export const grantsSchema = z.object({
  publish: z.boolean().default(false),
  subscribe: z.boolean().default(false),
  moderate: z.boolean().default(false),
});
export type Grants = z.infer<typeof grantsSchema>;

/** The most each role may be granted; a token asking for more is refused when minted and when used. */
export const ROLE_GRANTS: Record<RoomRole, Grants> = {
  host: { publish: true, subscribe: true, moderate: true },
  guest: { publish: true, subscribe: true, moderate: false },
  moderator: { publish: false, subscribe: true, moderate: true },
  viewer: { publish: false, subscribe: true, moderate: false },
};

/** true when every grant asked for is within what the role may have. */
export function grantsWithinRole(role: RoomRole, grants: Grants): boolean {
  const most = ROLE_GRANTS[role];
  return (["publish", "subscribe", "moderate"] as const).every((grant) => !grants[grant] || most[grant]);
}

/** An account's standing on this server. */
export const accountRoleSchema = z.enum(["user", "admin"]);
export type AccountRole = z.infer<typeof accountRoleSchema>;
