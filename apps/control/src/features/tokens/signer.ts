import { randomUUID } from "node:crypto";
import type { Clock } from "@sameroom/base";
import {
  grantsWithinRole,
  PLAYBACK_TOKEN_TYPE,
  type PlaybackTokenClaims,
  ROOM_TOKEN_ALGORITHM,
  ROOM_TOKEN_ISSUER,
  ROOM_TOKEN_TYPE,
  type RoomTokenClaims,
  roomTokenClaimsSchema,
} from "@sameroom/contract";
import { errors, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { ProblemError } from "../../problem-error.ts";
import type { TokenKey } from "./key-file.ts";

/** Signs room and playback tokens, checks room tokens (JWS with Ed25519, RFC 8037). */
export interface TokenSigner {
  sign(claims: Omit<RoomTokenClaims, "iss" | "jti" | "iat" | "exp">, ttlS: number): Promise<SignedToken>;
  /** For the LL-HLS of one room or for one recording. */
  signPlayback(claims: PlaybackSubject, ttlS: number): Promise<SignedToken>;
  /** The claims of a room token of ours. Throws `token.missing`, `token.invalid`, `token.expired`. */
  verify(token: unknown): Promise<RoomTokenClaims>;
}

/** Who plays what. */
export type PlaybackSubject = Pick<PlaybackTokenClaims, "sub"> & ({ room: string } | { recording: string });

export interface SignedToken {
  token: string;
  expiresAt: Date;
}

const MAX_TOKEN_LENGTH = 4096;

export function createTokenSigner(deps: { key: TokenKey; clock: Clock }): TokenSigner {
  const { key, clock } = deps;

  async function sign(claims: JWTPayload, typ: string, ttlS: number): Promise<SignedToken> {
    const iat = Math.floor(clock.unixMs() / 1000);
    const exp = iat + ttlS;
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: ROOM_TOKEN_ALGORITHM, typ, kid: key.kid })
      .setIssuer(ROOM_TOKEN_ISSUER)
      .setIssuedAt(iat)
      .setExpirationTime(exp)
      .sign(key.privateKey);
    return { token, expiresAt: new Date(exp * 1000) };
  }

  return {
    sign: (claims, ttlS) => sign({ ...claims, jti: randomUUID() }, ROOM_TOKEN_TYPE, ttlS),
    signPlayback: (claims, ttlS) => sign({ ...claims }, PLAYBACK_TOKEN_TYPE, ttlS),
    async verify(token) {
      if (typeof token !== "string" || token === "") throw new ProblemError("token.missing");
      if (token.length > MAX_TOKEN_LENGTH) throw new ProblemError("token.invalid");
      const claims = roomTokenClaimsSchema.safeParse(await payloadOf(token, key, clock));
      if (!claims.success || !grantsWithinRole(claims.data.role, claims.data.grants))
        throw new ProblemError("token.invalid");
      return claims.data;
    },
  };
}

async function payloadOf(token: string, key: TokenKey, clock: Clock): Promise<unknown> {
  try {
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [ROOM_TOKEN_ALGORITHM],
      typ: ROOM_TOKEN_TYPE,
      issuer: ROOM_TOKEN_ISSUER,
      requiredClaims: ["exp", "iat", "sub", "jti"],
      currentDate: new Date(clock.unixMs()),
    });
    return payload;
  } catch (error) {
    throw new ProblemError(error instanceof errors.JWTExpired ? "token.expired" : "token.invalid");
  }
}
