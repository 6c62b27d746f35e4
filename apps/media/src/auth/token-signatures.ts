import { readFile } from "node:fs/promises";
import { ROOM_TOKEN_ALGORITHM, ROOM_TOKEN_ISSUER } from "@sameroom/contract";
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from "jose";
import { MediaError } from "../node/media-error.ts";

/** How far control's clock may be from ours. */
const CLOCK_TOLERANCE_S = 5;

export interface ExpectedToken {
  /** `typ` in the header: one kind of token never stands for another. */
  type: string;
  /** Claims that must be there. */
  claims: string[];
}

/** Checks signatures of control's tokens with its public keys: no database, no control process. */
export class TokenSignatures {
  readonly #keys: ReturnType<typeof createLocalJWKSet>;

  constructor(keys: JSONWebKeySet) {
    this.#keys = createLocalJWKSet(keys);
  }

  /** Reads the public keys; throws with the path when the file is missing or not a key set. */
  static async fromFile(path: string): Promise<TokenSignatures> {
    try {
      return new TokenSignatures(JSON.parse(await readFile(path, "utf8")) as JSONWebKeySet);
    } catch (cause) {
      throw new Error(`the public token keys (${path}) cannot be read`, { cause });
    }
  }

  /** The claims of a token that control signed and that has not expired; throws `MediaError` with a `token.*` code. */
  async verify(token: string, { type, claims }: ExpectedToken): Promise<unknown> {
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        algorithms: [ROOM_TOKEN_ALGORITHM],
        issuer: ROOM_TOKEN_ISSUER,
        typ: type,
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: claims,
      });
      return payload;
    } catch (thrown) {
      if (thrown instanceof errors.JWTExpired) throw new MediaError("token.expired");
      throw new MediaError("token.invalid");
    }
  }
}
