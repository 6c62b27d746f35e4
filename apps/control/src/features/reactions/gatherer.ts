import type { Time } from "../../clock.ts";

/** Reactions by emoji. */
export type Counts = Record<string, number>;

export const TELL_EVERY_MS = 100;
export const LOG_EVERY_MS = 1_000;

export interface ReactionPorts {
  /** Those of the last tick. */
  tell: (slug: string, counts: Counts) => void;
  /** Those of the last second. */
  keep: (slug: string, counts: Counts) => void;
}

/** Gathers a room's reactions: what people see moves ten times a second, the log needs one line a second. */
export interface ReactionGatherer {
  add(slug: string, emoji: string, count: number): void;
  /** Tells and keeps what was gathered. */
  close(): void;
}

interface Gathered {
  tick: Counts;
  second: Counts;
  cancelTick: (() => void) | null;
  cancelSecond: () => void;
}

export function createReactionGatherer(time: Time, ports: ReactionPorts): ReactionGatherer {
  const rooms = new Map<string, Gathered>();

  function begin(slug: string): Gathered {
    const room: Gathered = {
      ...{ tick: {}, second: {}, cancelTick: null },
      cancelSecond: time.after(LOG_EVERY_MS, () => end(slug, room)),
    };
    rooms.set(slug, room);
    return room;
  }

  function tell(slug: string, room: Gathered): void {
    room.cancelTick = null;
    ports.tell(slug, room.tick);
    room.tick = {};
  }

  function end(slug: string, room: Gathered): void {
    rooms.delete(slug);
    room.cancelSecond();
    room.cancelTick?.();
    if (room.cancelTick !== null) tell(slug, room);
    ports.keep(slug, room.second);
  }

  return {
    add(slug, emoji, count) {
      const room = rooms.get(slug) ?? begin(slug);
      for (const counts of [room.tick, room.second]) counts[emoji] = (counts[emoji] ?? 0) + count;
      room.cancelTick ??= time.after(TELL_EVERY_MS, () => tell(slug, room));
    },
    close() {
      for (const [slug, room] of rooms) end(slug, room);
    },
  };
}
