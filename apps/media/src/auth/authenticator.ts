import { MediaError } from "../node/media-error.ts";
import { bearerOf, hashCredential, looksLikeToken } from "./credential.ts";
import type { Identity } from "./identity.ts";
import type { RoomTokens } from "./room-tokens.ts";
import type { StreamKeys } from "./stream-keys.ts";

/** Proof that a request may act: the identity, and the hash of what proved it. */
export interface Authenticated {
  identity: Identity;
  credentialHash: string;
  /** Proved by a stream key: an encoder, which connects again by itself. */
  byStreamKey?: boolean;
}

/** The media session a request wants to change, as far as permission goes. */
export interface SessionOwner {
  identity: Identity;
  credentialHash: string;
}

/** Decides from the `Authorization` header alone; every address that changes something asks it. */
export class Authenticator {
  readonly #tokens: RoomTokens;
  readonly #streamKeys: StreamKeys;

  constructor(tokens: RoomTokens, streamKeys: StreamKeys) {
    this.#tokens = tokens;
    this.#streamKeys = streamKeys;
  }

  /** For WHIP: a room token with `publish`, or the room's stream key. */
  async publisher(authorization: string | undefined, room: string): Promise<Authenticated> {
    return this.#mayPublish(required(authorization), room);
  }

  /** For encoders: the same, as they send it; with `room` undefined the one that the credential is for. */
  async encoder(credential: string, room: string | undefined): Promise<Authenticated> {
    return this.#mayPublish(credential, room);
  }

  /** For WHEP: a room token with `subscribe`. */
  async viewer(authorization: string | undefined, room: string): Promise<Authenticated> {
    const credential = required(authorization);
    const identity = await this.#tokens.verify(credential, room);
    if (!identity.grants.subscribe)
      throw new MediaError("token.no_grant", "watching needs the grant `subscribe`");
    return { identity, credentialHash: hashCredential(credential) };
  }

  /**
   * For a session's own address: the very credential that opened it (also when expired meanwhile: a session outlives
   * its token), or a fresh token of the same participant for the same room.
   */
  async owner(authorization: string | undefined, session: SessionOwner): Promise<void> {
    const credential = required(authorization);
    if (hashCredential(credential) === session.credentialHash) return;
    if (!looksLikeToken(credential)) throw new MediaError("auth.forbidden");
    const identity = await this.#tokens.verify(credential, session.identity.room);
    if (identity.participant !== session.identity.participant) throw new MediaError("auth.forbidden");
  }

  async #mayPublish(credential: string, room: string | undefined): Promise<Authenticated> {
    const byStreamKey = !looksLikeToken(credential);
    const identity = byStreamKey
      ? await this.#streamKeys.verify(credential, room)
      : await this.#tokens.verify(credential, room);
    if (!identity.grants.publish)
      throw new MediaError("token.no_grant", "publishing needs the grant `publish`");
    return { identity, credentialHash: hashCredential(credential), byStreamKey };
  }
}

function required(authorization: string | undefined): string {
  const credential = bearerOf(authorization);
  if (credential === undefined) throw new MediaError("token.missing");
  return credential;
}
