import {
  PLAYBACK_TOKEN_MAX_TTL_S,
  PLAYBACK_TOKEN_TYPE,
  type PlaybackTokenClaims,
  playbackTokenClaimsSchema,
} from "@sameroom/contract";
import { MediaError } from "../node/media-error.ts";
import type { TokenSignatures } from "./token-signatures.ts";

/** Verifies playback tokens by signature alone. */
export class PlaybackTokens {
  readonly #signatures: TokenSignatures;

  constructor(signatures: TokenSignatures) {
    this.#signatures = signatures;
  }

  /** What the token may play, and until when; throws `MediaError` with a `token.*` code. */
  async verify(token: string): Promise<PlaybackTokenClaims> {
    const payload = await this.#signatures.verify(token, {
      type: PLAYBACK_TOKEN_TYPE,
      claims: ["sub", "exp", "iat"],
    });
    const parsed = playbackTokenClaimsSchema.safeParse(payload);
    if (!parsed.success) throw new MediaError("token.invalid", "a claim is missing or malformed");
    if (parsed.data.exp - parsed.data.iat > PLAYBACK_TOKEN_MAX_TTL_S)
      throw new MediaError("token.invalid", "it lives longer than tokens may");
    return parsed.data;
  }
}
