import type { Clock } from "@sameroom/base";
import { MediaError } from "../node/media-error.ts";
import { hashCredential } from "./credential.ts";
import type { Identity } from "./identity.ts";

/** Asks control; null: the key is wrong. Rejects when control cannot be asked. */
export type AskControl = (room: string, key: string) => Promise<Omit<Identity, "room"> | null>;

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

  /** Who the key speaks for; throws `stream_key.invalid`, or `media.control_unavailable` when nobody can tell. */
  async verify(key: string, room: string): Promise<Identity> {
    if (key.length > MAX_KEY_LENGTH) throw new MediaError("stream_key.invalid");
    const cacheKey = `${room}:${hashCredential(key)}`;
    let answer: Omit<Identity, "room"> | null;
    try {
      answer = await this.#ask(room, key);
    } catch {
      const known = this.#known.get(cacheKey);
      if (known !== undefined && known.untilMs > this.#clock.nowMs()) return known.identity;
      throw new MediaError("media.control_unavailable", undefined, 2);
    }
    this.#known.delete(cacheKey);
    if (answer === null) throw new MediaError("stream_key.invalid");
    const identity: Identity = { ...answer, room };
    if (this.#known.size >= CACHE_ENTRIES) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(cacheKey, { identity, untilMs: this.#clock.nowMs() + CACHE_MS });
    return identity;
  }
}
