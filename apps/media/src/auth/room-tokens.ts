import {
  grantsWithinRole,
  ROOM_TOKEN_MAX_TTL_S,
  ROOM_TOKEN_TYPE,
  roomTokenClaimsSchema,
} from "@sameroom/contract";
import { MediaError } from "../node/media-error.ts";
import type { Identity } from "./identity.ts";
import type { TokenSignatures } from "./token-signatures.ts";

/** An identity, and until when its token says so. */
export interface VerifiedRoomToken extends Identity {
  expiresUnixS: number;
}

/** Verifies room tokens by signature alone. */
export class RoomTokens {
  readonly #signatures: TokenSignatures;

  constructor(signatures: TokenSignatures) {
    this.#signatures = signatures;
  }

  /** Who the token speaks for in `room`, or with undefined in the one it names; throws `MediaError` with a `token.*` code. */
  async verify(token: string, room: string | undefined): Promise<VerifiedRoomToken> {
    const payload = await this.#signatures.verify(token, {
      type: ROOM_TOKEN_TYPE,
      claims: ["sub", "exp", "iat", "jti"],
    });
    const parsed = roomTokenClaimsSchema.safeParse(payload);
    if (!parsed.success) throw new MediaError("token.invalid", "a claim is missing or malformed");
    const { sub, name, role, grants, iat, exp, room: tokenRoom } = parsed.data;
    if (exp - iat > ROOM_TOKEN_MAX_TTL_S)
      throw new MediaError("token.invalid", "it lives longer than tokens may");
    if (!grantsWithinRole(role, grants))
      throw new MediaError("token.invalid", "it grants more than its role may have");
    if (room !== undefined && tokenRoom !== room) throw new MediaError("token.wrong_room");
    return { participant: sub, name, room: tokenRoom, role, grants, expiresUnixS: exp };
  }
}
