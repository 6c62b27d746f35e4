import type { Authenticated } from "../auth/authenticator.ts";
import type { PublishingSession } from "../ingest/publishing-session.ts";
import { MediaError } from "./media-error.ts";

/** Whoever was turned away and still wants the place tries again within this time, as encoders do by themselves, ms. */
const RIVALRY_MS = 30_000;
/** An encoder that falls silent is known to be lost by then, s. */
const RETRY_S = 2;

/**
 * An encoder on air is not thrown off by a second one with the same stream key, whether somebody started that by mistake or it
 * connects again by itself: it is turned away while the first one's media comes, and takes its place when that falls silent.
 */
export class Rivals {
  readonly #turnedAwayAtMs = new WeakMap<PublishingSession, number>();

  /** Throws `publish.key_in_use` for an encoder that would take the place of another one that sends. A page of the studio may. */
  require(
    present: readonly PublishingSession[],
    { identity, byStreamKey }: Authenticated,
    nowMs: number,
  ): void {
    if (!byStreamKey) return;
    const first = present.find(
      (session) =>
        session.auth.byStreamKey === true &&
        session.auth.identity.participant === identity.participant &&
        sends(session),
    );
    if (first === undefined) return;
    this.#turnedAwayAtMs.set(first, nowMs);
    throw new MediaError("publish.key_in_use", undefined, RETRY_S);
  }

  /** Whether another encoder tries to take this one's place now. */
  has(session: PublishingSession, nowMs: number): boolean {
    const atMs = this.#turnedAwayAtMs.get(session);
    return atMs !== undefined && nowMs - atMs < RIVALRY_MS;
  }
}

/** Media comes: an encoder that lost its network is no rival of itself. */
function sends(session: PublishingSession): boolean {
  return session.present().state === "flowing";
}
