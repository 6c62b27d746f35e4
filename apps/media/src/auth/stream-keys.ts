import type { Clock } from "@sameroom/base";
import { roomSlugSchema } from "@sameroom/contract";
import { MediaError } from "../node/media-error.ts";
import { hashCredential } from "./credential.ts";
import type { Identity } from "./identity.ts";

/** Asks control, about this room or any (null); null: the key is wrong. Rejects when control cannot be asked. */
export type AskControl = (room: string | null, key: string) => Promise<Identity | null>;

const CACHE_MS = 10 * 60_000;
const CACHE_ENTRIES = 1000;
/** What the link carries. */
const MAX_KEY_LENGTH = 200;

/**
 * Checks stream keys through control and remembers right ones by their hash for ten minutes, so that an encoder can
 * reconnect while control is away. Keys in clear are neither kept nor logged.
 */
export class StreamKeys {
  readonly #ask: AskControl;
  readonly #clock: Clock;
  readonly #known = new Map<string, { identity: Identity; untilMs: number }>();

  constructor(ask: AskControl, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /**
   * Who the key speaks for, in this room or, with undefined, in the one it belongs to. Throws `stream_key.invalid`, or
   * `media.control_unavailable` when nobody can tell.
   */
  async verify(key: string, room: string | undefined): Promise<Identity> {
    // The link carries names of rooms only, and no key belongs to anything else.
    if (key.length > MAX_KEY_LENGTH || (room !== undefined && !roomSlugSchema.safeParse(room).success))
      throw new MediaError("stream_key.invalid");
    const hash = hashCredential(key);
    let identity: Identity | null;
    try {
      identity = await this.#ask(room ?? null, key);
    } catch {
      const known = this.#known.get(hash);
      if (known === undefined || known.untilMs <= this.#clock.nowMs())
        throw new MediaError("media.control_unavailable", undefined, 2);
      if (room !== undefined && known.identity.room !== room) throw new MediaError("stream_key.invalid");
      return known.identity;
    }
    this.#known.delete(hash);
    if (identity === null || (room !== undefined && identity.room !== room))
      throw new MediaError("stream_key.invalid");
    if (this.#known.size >= CACHE_ENTRIES) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(hash, { identity, untilMs: this.#clock.nowMs() + CACHE_MS });
    return identity;
  }
}
