import { z } from "zod";
import { displayNameSchema, participantIdSchema, roomSlugSchema } from "./ids.ts";
import { grantsSchema, roomRoleSchema } from "./permissions.ts";

/** JWS `typ` header of a room token; anything else is refused. */
export const ROOM_TOKEN_TYPE = "sameroom-room+jwt";
/** JWS algorithm: Ed25519. Control signs, media verifies with the public key only. */
export const ROOM_TOKEN_ALGORITHM = "EdDSA";
export const ROOM_TOKEN_ISSUER = "sameroom";
/** Default and longest lifetime in seconds. A session outlives the token it was opened with. */
export const ROOM_TOKEN_TTL_S = 300;
export const ROOM_TOKEN_MAX_TTL_S = 6 * 3600;

/** Claims of a room token (a JWS signed with Ed25519, `kid` in the header). */
export const roomTokenClaimsSchema = z.object({
  iss: z.literal(ROOM_TOKEN_ISSUER),
  sub: participantIdSchema,
  jti: z.string().min(8).max(64),
  iat: z.number().int(),
  exp: z.number().int(),
  room: roomSlugSchema,
  role: roomRoleSchema,
  grants: grantsSchema,
  name: displayNameSchema,
});
export type RoomTokenClaims = z.infer<typeof roomTokenClaimsSchema>;
