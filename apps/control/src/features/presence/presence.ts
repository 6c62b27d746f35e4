import type { Presence } from "@sameroom/contract";
import type { Time } from "../../clock.ts";
import { type Connection, createPeople, type People } from "./rules.ts";

export interface PresencePorts {
  joined: (slug: string, who: Presence) => void;
  left: (slug: string, who: Presence) => void;
  /** How many watch, at most once a second a room. `peak`: the most since the last call. */
  viewers: (slug: string, count: number, peak: number) => void;
}

/** Who is in which room. */
export interface PresenceService {
  attach(slug: string, connection: Connection): void;
  detach(slug: string, connectionId: string): void;
  /** Replaces all connections whose ids begin with `prefix`, in every room. */
  replace(prefix: string, connections: readonly { slug: string; connection: Connection }[]): void;
  viewersOf(slug: string): number;
  /** The most viewers since the last report. */
  peakOf(slug: string): number;
  /** The first 50, hosts first. */
  peopleOf(slug: string): Presence[];
  /** Somebody who is here, or null. */
  find(slug: string, participant: string): Presence | null;
  /** All who are here. */
  participantsOf(slug: string): string[];
  /** Reports a room's viewers now-ish, changed or not. */
  tellViewers(slug: string): void;
  /** Rooms somebody is in. */
  readonly rooms: number;
  close(): void;
}

/** Somebody whose last connection ended is still here this long: a reconnection is no news. */
export const LINGER_MS = 2_000;
export const VIEWERS_EVERY_MS = 1_000;
/** In larger rooms nobody reads who comes and goes. */
export const NAMED_UP_TO = 50;

interface Room {
  people: People;
  leaving: Map<string, () => void>;
  /** Cancels the running interval between two reports; a report is due at its end when `due`. */
  pause: (() => void) | null;
  due: boolean;
  peak: number;
}

export function createPresence(deps: PresencePorts & { time: Time }): PresenceService {
  const { time } = deps;
  const rooms = new Map<string, Room>();

  function roomOf(slug: string): Room {
    let room = rooms.get(slug);
    if (room === undefined) {
      room = { people: createPeople(), leaving: new Map(), pause: null, due: false, peak: 0 };
      rooms.set(slug, room);
    }
    return room;
  }

  function changed(slug: string, room: Room): void {
    room.peak = Math.max(room.peak, room.people.viewers);
    room.due = true;
    if (room.pause === null) flush(slug, room);
  }

  function flush(slug: string, room: Room): void {
    room.pause = null;
    if (!room.due) {
      if (room.people.size === 0) rooms.delete(slug);
      return;
    }
    room.due = false;
    const count = room.people.viewers;
    const { peak } = room;
    room.peak = count;
    room.pause = time.after(VIEWERS_EVERY_MS, () => flush(slug, room));
    deps.viewers(slug, count, Math.max(peak, count));
  }

  function attach(slug: string, connection: Connection): void {
    const room = roomOf(slug);
    const { participant } = connection;
    room.leaving.get(participant)?.();
    room.leaving.delete(participant);
    const before = room.people.viewers;
    const isNew = room.people.attach(connection);
    if (isNew && room.people.size <= NAMED_UP_TO) {
      const who = room.people.find(participant);
      if (who !== null) deps.joined(slug, who);
    }
    if (room.people.viewers !== before) changed(slug, room);
  }

  function detach(slug: string, connectionId: string): void {
    const room = rooms.get(slug);
    if (room === undefined) return;
    const before = room.people.viewers;
    const participant = room.people.detach(connectionId);
    if (room.people.viewers !== before) changed(slug, room);
    if (participant === null) return;
    room.leaving.get(participant)?.();
    room.leaving.set(
      participant,
      time.after(LINGER_MS, () => leave(slug, room, participant)),
    );
  }

  function leave(slug: string, room: Room, participant: string): void {
    room.leaving.delete(participant);
    const named = room.people.size <= NAMED_UP_TO;
    const who = room.people.remove(participant);
    if (who === null) return;
    if (named) deps.left(slug, who);
    if (who.role !== "host") changed(slug, room);
    else if (room.people.size === 0 && room.pause === null) rooms.delete(slug);
  }

  return {
    attach,
    detach,
    replace(prefix, connections) {
      const wanted = new Set(connections.map(({ slug, connection }) => `${slug} ${connection.id}`));
      for (const [slug, { people }] of rooms)
        for (const id of people.connectionIds())
          if (id.startsWith(prefix) && !wanted.has(`${slug} ${id}`)) detach(slug, id);
      for (const { slug, connection } of connections) attach(slug, connection);
    },
    viewersOf: (slug) => rooms.get(slug)?.people.viewers ?? 0,
    peakOf: (slug) => rooms.get(slug)?.peak ?? 0,
    peopleOf: (slug) => rooms.get(slug)?.people.list(NAMED_UP_TO) ?? [],
    find: (slug, participant) => rooms.get(slug)?.people.find(participant) ?? null,
    participantsOf: (slug) => rooms.get(slug)?.people.participants() ?? [],
    tellViewers(slug) {
      const room = rooms.get(slug);
      if (room !== undefined) changed(slug, room);
    },
    get rooms() {
      return rooms.size;
    },
    close() {
      for (const room of rooms.values()) {
        room.pause?.();
        for (const cancel of room.leaving.values()) cancel();
      }
      rooms.clear();
    },
  };
}
