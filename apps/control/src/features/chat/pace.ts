import type { Clock } from "@sameroom/base";
import { createTokenBucket, type TokenBucket } from "../../realtime/token-bucket.ts";

/** How fast people write, each person in each room, however many sockets they have. */
export interface Pace {
  /**
   * Takes one message's turn. Returns 0, or in how many seconds it can be said. `saidUnixMs`: when the log says that they said
   * something last; null: not lately.
   */
  take(who: { slug: string; participant: string }, slowS: number, saidUnixMs: number | null): number;
  /** It was not said after all. */
  giveBack(who: { slug: string; participant: string }): void;
}

/** Without slow mode: as fast as somebody types, and a little more at once. */
const BURST = 5;
const PER_SECOND = 1.5;
/** Slow mode forgets nobody before its longest time is over, unless more than these write meanwhile. */
const MAX_PEOPLE = 50_000;

interface Person {
  bucket: TokenBucket;
  saidUnixMs: number;
  /** What `saidUnixMs` was before the turn that may be given back. */
  before: number;
}

export function createPace(clock: Clock): Pace {
  const people = new Map<string, Person>();

  function personOf({ slug, participant }: { slug: string; participant: string }): Person {
    const key = `${slug} ${participant}`;
    const person = people.get(key) ?? {
      bucket: createTokenBucket({ burst: BURST, perSecond: PER_SECOND, nowMs: clock.nowMs() }),
      ...{ saidUnixMs: 0, before: 0 },
    };
    people.delete(key);
    people.set(key, person);
    const oldest = people.size > MAX_PEOPLE ? people.keys().next().value : undefined;
    if (oldest !== undefined) people.delete(oldest);
    return person;
  }

  return {
    take(who, slowS, saidUnixMs) {
      const person = personOf(who);
      const nowUnixMs = clock.unixMs();
      const lastUnixMs = Math.max(person.saidUnixMs, saidUnixMs ?? 0);
      const waitMs = slowS === 0 ? 0 : lastUnixMs + slowS * 1000 - nowUnixMs;
      if (waitMs > 0) return Math.ceil(waitMs / 1000);
      if (!person.bucket.take(clock.nowMs())) return 1;
      person.before = person.saidUnixMs;
      person.saidUnixMs = nowUnixMs;
      return 0;
    },
    giveBack(who) {
      const person = personOf(who);
      person.saidUnixMs = person.before;
    },
  };
}
