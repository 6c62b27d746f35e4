import type { Presence } from "@sameroom/contract";
import type { Time } from "../../clock.ts";
import { type Connection, createPeople, type People } from "./rules.ts";

export interface PresencePorts {
  joined: (slug: string, who: Presence) => void;
  left: (slug: string, who: Presence) => void;
  /** How many watch, at most once a second a room. `peak`: the most since the last call. */
  viewers: (slug: string, count: number, peak: number) => void;
}

/** Those who watch a room and are not known by name. */
export interface Unnamed {
  slug: string;
  source: string;
  count: number;
}

/** Who is in which room. */
export interface PresenceService {
  attach(slug: string, connection: Connection): void;
  detach(slug: string, connectionId: string): void;
  /** Replaces all connections whose ids begin with `prefix`, in every room. */
  replace(prefix: string, connections: readonly { slug: string; connection: Connection }[]): void;
  /** So many watch without being known by name, says `source`; 0: none any more. */
  setUnnamed(slug: string, source: string, count: number): void;
  /** Replaces what all sources say whose names begin with `prefix`, in every room. */
  replaceUnnamed(prefix: string, counts: readonly Unnamed[]): void;
  /** All who watch: people, each once, and those without names. */
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
/** What letting somebody in costs on a busy machine: a crowd that broke off at once takes so much for each to be back. */
export const LET_IN_MS = 20;
export const MAX_LINGER_MS = 30_000;
/** So much of a room does not leave at the same moment of its own will. */
const CROWD = 0.1;
export const VIEWERS_EVERY_MS = 1_000;
/** In larger rooms nobody reads who comes and goes. */
export const NAMED_UP_TO = 50;

interface Room {
  people: People;
  /** By who counted them. */
  unnamed: Map<string, number>;
  /** Who has no connection any more; cancels that they are gone. */
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
      room = {
        ...{ people: createPeople(), unnamed: new Map(), leaving: new Map() },
        ...{ pause: null, due: false, peak: 0 },
      };
      rooms.set(slug, room);
    }
    return room;
  }

  function changed(slug: string, room: Room): void {
    room.peak = Math.max(room.peak, viewersIn(room));
    room.due = true;
    if (room.pause === null) flush(slug, room);
  }

  function flush(slug: string, room: Room): void {
    room.pause = null;
    if (!room.due) {
      forgetEmpty(slug, room);
      return;
    }
    room.due = false;
    const count = viewersIn(room);
    const { peak } = room;
    room.peak = count;
    room.pause = time.after(VIEWERS_EVERY_MS, () => flush(slug, room));
    deps.viewers(slug, count, Math.max(peak, count));
  }

  function attach(slug: string, connection: Connection): void {
    const room = roomOf(slug);
    const { participant } = connection;
    stay(room, participant);
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
    stay(room, participant);
    const leaveNow = () => leave(slug, room, participant);
    const wait = (delayMs: number, then: () => void) =>
      room.leaving.set(participant, time.after(delayMs, then));
    wait(LINGER_MS, () => {
      // When many broke off at once everybody is let in again, also those who are still here by their media.
      const isCrowd = room.leaving.size >= CROWD * room.people.size;
      const allMs = isCrowd ? (room.people.size - 1) * LET_IN_MS : 0;
      const restMs = Math.min(MAX_LINGER_MS - LINGER_MS, allMs);
      if (restMs === 0) leaveNow();
      else wait(restMs, leaveNow);
    });
  }

  function leave(slug: string, room: Room, participant: string): void {
    room.leaving.delete(participant);
    const named = room.people.size <= NAMED_UP_TO;
    const who = room.people.remove(participant);
    if (who === null) return;
    if (named) deps.left(slug, who);
    if (who.role !== "host") changed(slug, room);
    else if (room.pause === null) forgetEmpty(slug, room);
  }

  function setUnnamed(slug: string, source: string, count: number): void {
    if (count === 0 && !rooms.has(slug)) return;
    const room = roomOf(slug);
    if ((room.unnamed.get(source) ?? 0) === count) return;
    if (count === 0) room.unnamed.delete(source);
    else room.unnamed.set(source, count);
    changed(slug, room);
  }

  function forgetEmpty(slug: string, room: Room): void {
    if (room.people.size === 0 && room.unnamed.size === 0) rooms.delete(slug);
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
    setUnnamed,
    replaceUnnamed(prefix, counts) {
      const wanted = new Set(counts.map(({ slug, source }) => `${slug} ${source}`));
      for (const [slug, { unnamed }] of rooms)
        for (const source of [...unnamed.keys()])
          if (source.startsWith(prefix) && !wanted.has(`${slug} ${source}`)) setUnnamed(slug, source, 0);
      for (const { slug, source, count } of counts) setUnnamed(slug, source, count);
    },
    viewersOf(slug) {
      const room = rooms.get(slug);
      return room === undefined ? 0 : viewersIn(room);
    },
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

function stay({ leaving }: Room, participant: string): void {
  leaving.get(participant)?.();
  leaving.delete(participant);
}

function viewersIn({ people, unnamed }: Room): number {
  let viewers = people.viewers;
  for (const count of unnamed.values()) viewers += count;
  return viewers;
}
