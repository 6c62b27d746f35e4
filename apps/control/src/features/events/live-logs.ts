import type { Log } from "@sameroom/base";
import type { RoomEvent } from "@sameroom/contract";
import type { Time } from "../../clock.ts";
import { ProblemError } from "../../problem-error.ts";
import type { TickFrames } from "../../realtime/room-news.ts";
import { createSampler, cutFrames, type Sampler } from "./frames.ts";
import { createRoomStream, type RoomStream } from "./room-stream.ts";
import type { EventStore } from "./store.ts";

/** Rooms with people are compared with the database this often: news of other processes can get lost on their way. */
const COMPARE_EVERY_MS = 5_000;

export interface LiveLogsDeps {
  store: Pick<EventStore, "head" | "read" | "lasts">;
  /** A room's id; null: there is none. */
  roomIdOf: (slug: string) => Promise<string | null>;
  /** Sends frames to the room's sockets. */
  deliver: (slug: string, frames: TickFrames) => void;
  /** Others append to the same database. */
  hasPeers: boolean;
  time: Time;
  log: Log;
}

/** The logs of rooms somebody is in. */
export interface LiveLogs {
  /** Somebody came; each call needs its {@link leave}. */
  enter(slug: string): void;
  leave(slug: string): void;
  /** The room's log, loaded. For rooms that were entered. Throws `room.not_found`, and what the database throws. */
  of(slug: string): Promise<RoomStream>;
  /** Events were appended, here or elsewhere. */
  take(slug: string, events: readonly RoomEvent[]): void;
  close(): void;
}

interface Room {
  people: number;
  stream: Promise<RoomStream> | null;
  /** The same, when it is there. */
  open: RoomStream | null;
  /** Those that came while it was not there. */
  before: RoomEvent[];
  sampler: Sampler;
}

export function createLiveLogs(deps: LiveLogsDeps): LiveLogs {
  const { store, time, log } = deps;
  const rooms = new Map<string, Room>();

  async function open(slug: string, room: Room): Promise<RoomStream> {
    const roomId = await deps.roomIdOf(slug);
    if (roomId === null) throw new ProblemError("room.not_found");
    const stream = createRoomStream(time, {
      head: () => store.head(roomId),
      read: (piece) => store.read(roomId, { ...piece, staff: true }),
      delivered(events) {
        if (rooms.get(slug) === room) deps.deliver(slug, cutFrames(events, room.sampler, time.nowMs()));
      },
      failed: (error) => log.warn("a room's log could not be read", { room: slug, err: error }),
    });
    if (rooms.get(slug) !== room) stream.close();
    room.open = stream;
    stream.take(room.before.splice(0));
    await stream.ready;
    return stream;
  }

  async function compare(): Promise<void> {
    try {
      for (const [slug, last] of await store.lasts([...rooms.keys()])) rooms.get(slug)?.open?.notice(last);
    } catch (error) {
      log.warn("rooms' logs could not be compared with the database", { err: error });
    }
  }

  let cancelCompare = () => {};
  const compareLater = () => {
    cancelCompare = time.after(COMPARE_EVERY_MS, () => void compare().finally(compareLater));
  };
  let closed = false;
  if (deps.hasPeers) compareLater();

  function drop(slug: string, room: Room): void {
    rooms.delete(slug);
    room.open?.close();
  }

  return {
    enter(slug) {
      const room = rooms.get(slug);
      if (room !== undefined) room.people += 1;
      else rooms.set(slug, { people: 1, stream: null, open: null, before: [], sampler: createSampler() });
    },
    leave(slug) {
      const room = rooms.get(slug);
      if (room === undefined) return;
      room.people -= 1;
      if (room.people === 0) drop(slug, room);
    },
    async of(slug) {
      const room = rooms.get(slug);
      if (room === undefined || closed) throw new ProblemError("server.unavailable", { retryAfter: 1 });
      room.stream ??= open(slug, room);
      try {
        return await room.stream;
      } catch (error) {
        // The next one tries again.
        room.stream = null;
        room.open = null;
        throw error;
      }
    },
    take(slug, events) {
      const room = rooms.get(slug);
      if (room === undefined) return;
      if (room.open !== null) room.open.take(events);
      else if (room.stream !== null) room.before.push(...events);
    },
    close() {
      closed = true;
      cancelCompare();
      for (const [slug, room] of rooms) drop(slug, room);
    },
  };
}
