import { readFile } from "node:fs/promises";
import {
  grantsWithinRole,
  ROOM_TOKEN_ALGORITHM,
  ROOM_TOKEN_ISSUER,
  ROOM_TOKEN_MAX_TTL_S,
  ROOM_TOKEN_TYPE,
  roomTokenClaimsSchema,
} from "@sameroom/contract";
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from "jose";
import { MediaError } from "../node/media-error.ts";
import type { Identity } from "./identity.ts";

/** How far control's clock may be from ours. */
const CLOCK_TOLERANCE_S = 5;

/** Verifies room tokens by signature alone: no database, no control process. */
export class RoomTokens {
  readonly #keys: ReturnType<typeof createLocalJWKSet>;

  constructor(keys: JSONWebKeySet) {
    this.#keys = createLocalJWKSet(keys);
  }

  /** Reads the public keys; throws with the path when the file is missing or not a key set. */
  static async fromFile(path: string): Promise<RoomTokens> {
    try {
      return new RoomTokens(JSON.parse(await readFile(path, "utf8")) as JSONWebKeySet);
    } catch (cause) {
      throw new Error(`the public token keys (${path}) cannot be read`, { cause });
    }
  }

  /** Who the token speaks for in `room`; throws `MediaError` with a `token.*` code. */
  async verify(token: string, room: string): Promise<Identity> {
    const payload = await this.#verifySignature(token);
    const parsed = roomTokenClaimsSchema.safeParse(payload);
    if (!parsed.success) throw new MediaError("token.invalid", "a claim is missing or malformed");
    const { sub, name, role, grants, iat, exp, room: tokenRoom } = parsed.data;
    if (exp - iat > ROOM_TOKEN_MAX_TTL_S)
      throw new MediaError("token.invalid", "it lives longer than tokens may");
    if (!grantsWithinRole(role, grants))
      throw new MediaError("token.invalid", "it grants more than its role may have");
    if (tokenRoom !== room) throw new MediaError("token.wrong_room");
    return { participant: sub, name, room, role, grants };
  }

  async #verifySignature(token: string): Promise<unknown> {
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        algorithms: [ROOM_TOKEN_ALGORITHM],
        issuer: ROOM_TOKEN_ISSUER,
        typ: ROOM_TOKEN_TYPE,
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: ["sub", "exp", "iat", "jti"],
      });
      return payload;
    } catch (thrown) {
      if (thrown instanceof errors.JWTExpired) throw new MediaError("token.expired");
      throw new MediaError("token.invalid");
    }
  }
}
