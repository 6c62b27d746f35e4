import type { Log } from "@sameroom/base";
import { may, type Presence, type RoomEvent, type RoomSnapshot } from "@sameroom/contract";
import type { ChatPeople } from "../chat-ports.ts";
import { systemTime, type Time } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { chatCommands } from "../features/chat/socket.ts";
import { createLiveLogs } from "../features/events/live-logs.ts";
import { createEventStore, type EventStore } from "../features/events/store.ts";
import { createEventWriter } from "../features/events/writer.ts";
import { createReactionGatherer } from "../features/reactions/gatherer.ts";
import { reactionCommands } from "../features/reactions/socket.ts";
import type { RoomStore } from "../features/rooms/store.ts";
import type { CommandHandlers } from "../realtime/gateway.ts";
import type { TickFrames } from "../realtime/room-news.ts";
import type { Admission } from "../realtime/room-socket.ts";
import type { AppendEvent } from "../room-log.ts";

/** A room's log as it is told and written: events, chat, reactions. */
export interface RoomChat {
  readonly append: AppendEvent;
  readonly store: EventStore;
  readonly commands: CommandHandlers;
  /** Somebody's socket came into the room, or left it. */
  entered(slug: string): void;
  left(slug: string): void;
  /** Other control processes appended these. */
  takeFromPeer(slug: string, events: readonly RoomEvent[]): void;
  /** Loads a room's log; what it returns gives the snapshot's part of it at the moment it is called. */
  ready(
    admission: Pick<Admission, "claims" | "standings">,
    after: number | null,
  ): Promise<() => Pick<RoomSnapshot, "log" | "chat">>;
  /** Appends what features tell and nobody waits for. */
  note: (...draft: Parameters<AppendEvent>) => void;
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface RoomChatDeps {
  db: Database["orm"];
  rooms: Pick<RoomStore, "find">;
  time: Time;
  log: Log;
  people: ChatPeople;
  /** Named people in a room. */
  namedIn: (slug: string) => readonly Presence[];
  /** This process has appended to a room's log. */
  appended: (slug: string) => void;
  /** Sends frames to the room's sockets of this process. */
  deliver: (slug: string, frames: TickFrames) => void;
  /** Sends reactions to everybody in the room. */
  react: (slug: string, counts: Record<string, number>) => void;
  /** Tells the other control processes, if there are any. */
  toPeers: ((slug: string, events: readonly RoomEvent[]) => void) | null;
}

export function createRoomChat(deps: RoomChatDeps): RoomChat {
  const { time, log, rooms } = deps;
  const store = createEventStore(deps.db);
  const roomIdOf = async (slug: string) => (await rooms.find(slug))?.room.id ?? null;
  const logs = createLiveLogs({
    ...{ store, roomIdOf, time, log, deliver: deps.deliver },
    hasPeers: deps.toPeers !== null,
  });
  const writer = createEventWriter({
    ...{ store, log },
    // What is written is dated by the room's clock; how often, is the machine's matter.
    time: { ...systemTime, unixMs: () => time.unixMs() },
    appended(slug, events) {
      deps.toPeers?.(slug, events);
      logs.take(slug, events);
      deps.appended(slug);
    },
  });
  const note: RoomChat["note"] = (slug, draft) => {
    writer.append(slug, draft).catch((error: unknown) => {
      log.warn("an event is not in the room's log", { room: slug, type: draft.body.type, err: error });
    });
  };
  const reactions = createReactionGatherer(time, {
    tell: deps.react,
    keep: (slug, counts) => note(slug, { actor: null, body: { type: "reactions", counts } }),
  });

  return {
    append: writer.append,
    store,
    note,
    commands: {
      ...chatCommands({
        ...{ append: writer.append, logOf: logs.of, namedIn: deps.namedIn, people: deps.people, clock: time },
        async eventOf(slug, sequence) {
          const roomId = await roomIdOf(slug);
          if (roomId === null) return null;
          const piece = { after: sequence - 1, before: sequence + 1, limit: 1, staff: false };
          return (await store.read(roomId, piece)).events[0] ?? null;
        },
        async saidWith(slug, participant, clientId) {
          const roomId = await roomIdOf(slug);
          return roomId === null ? null : await store.byClientId(roomId, participant, clientId);
        },
      }),
      ...reactionCommands(reactions),
    },
    entered: logs.enter,
    left: logs.leave,
    takeFromPeer: logs.take,
    async ready({ claims, standings }, after) {
      const stream = await logs.of(claims.room);
      return () => ({
        log: stream.page(after, may(standings, "report.read")),
        chat: { mode: stream.mode, pinned: stream.pinned },
      });
    },
    settled: writer.settled,
    async close() {
      reactions.close();
      await writer.close();
      logs.close();
    },
  };
}
