import type { Clock } from "@sameroom/base";
import { ROOM_TOKEN_TYPE } from "@sameroom/contract";
import { decodeProtectedHeader } from "jose";
import { MediaError } from "../node/media-error.ts";
import { bearerOf, hashCredential } from "./credential.ts";
import type { PlaybackTokens } from "./playback-tokens.ts";
import type { RoomTokens } from "./room-tokens.ts";

/** What somebody wants to play. */
export type Playable = { room: string } | { recording: string };

/** What a request brings along. */
export interface PlaybackCredential {
  /** The `~token` part of the address, without the tilde. */
  token: string | undefined;
  authorization: string | undefined;
}

/** Tokens remembered as good, so that the thousandth request with one costs a hash and no signature. */
const MAX_REMEMBERED = 20_000;

/**
 * Decides who may play what is not open to everybody: whoever holds a playback token for it, or, for a room, a room token with
 * `subscribe`. Asked for every playlist and every segment.
 */
export class PlaybackGate {
  readonly #rooms: RoomTokens;
  readonly #playback: PlaybackTokens;
  readonly #clock: Clock;
  /** What a token, by its hash, may play and until when. */
  readonly #known = new Map<string, { what: string; untilUnixMs: number }>();

  constructor(rooms: RoomTokens, playback: PlaybackTokens, clock: Clock) {
    this.#rooms = rooms;
    this.#playback = playback;
    this.#clock = clock;
  }

  /** Whether the credential was found good before: the answer without waiting. */
  knows(wanted: Playable, credential: PlaybackCredential): boolean {
    const token = credential.token ?? bearerOf(credential.authorization);
    if (token === undefined) return false;
    const known = this.#known.get(hashCredential(token));
    return known !== undefined && known.what === keyOf(wanted) && known.untilUnixMs > this.#clock.unixMs();
  }

  /** Resolves for who may play it; rejects with a `MediaError` with a `token.*` code. */
  async require(wanted: Playable, credential: PlaybackCredential): Promise<void> {
    if (this.knows(wanted, credential)) return;
    const token = credential.token ?? bearerOf(credential.authorization);
    if (token === undefined) throw new MediaError("token.missing");
    const untilUnixS = await this.#verify(token, wanted);
    if (this.#known.size >= MAX_REMEMBERED) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(hashCredential(token), { what: keyOf(wanted), untilUnixMs: untilUnixS * 1000 });
  }

  async #verify(token: string, wanted: Playable): Promise<number> {
    if ("room" in wanted && typeOf(token) === ROOM_TOKEN_TYPE) {
      const { grants, expiresUnixS } = await this.#rooms.verify(token, wanted.room);
      if (!grants.subscribe) throw new MediaError("token.no_grant", "watching needs the grant `subscribe`");
      return expiresUnixS;
    }
    const { room, recording, exp } = await this.#playback.verify(token);
    const named = "room" in wanted ? room === wanted.room : recording === wanted.recording;
    if (!named) throw new MediaError("token.wrong_room", "the token is for something else");
    return exp;
  }
}

function keyOf(wanted: Playable): string {
  return "room" in wanted ? `room ${wanted.room}` : `recording ${wanted.recording}`;
}

function typeOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).typ;
  } catch {
    return undefined;
  }
}
