import type { Log } from "@sameroom/base";
import type { RoomEvent } from "@sameroom/contract";
import type { Audit } from "../audit.ts";
import type { Time } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import type { EventStore } from "../features/events/store.ts";
import { createFollowStore, type FollowStore } from "../features/follows/store.ts";
import { createRoomChatRules, type RoomChatRules } from "../features/moderation/chat-rules.ts";
import { createKnownWords } from "../features/moderation/filter/known-words.ts";
import {
  createDecideHeld,
  createReopenHeld,
  type DecideHeld,
  type ReopenHeld,
} from "../features/moderation/held.ts";
import { createJudge } from "../features/moderation/rules.ts";
import { createScreen } from "../features/moderation/screen.ts";
import { createModerationStore, type ModerationStore } from "../features/moderation/store.ts";
import { createTextScreen } from "../features/moderation/text-screen.ts";
import { createReports, type Reports } from "../features/reports/reports.ts";
import { reportCommands } from "../features/reports/socket.ts";
import { createReportStore, type ReportStore } from "../features/reports/store.ts";
import { findRoom } from "../features/rooms/find-room.ts";
import type { RoomStore } from "../features/rooms/store.ts";
import type { CommandHandlers } from "../realtime/gateway.ts";
import { createRemembered } from "../remembered.ts";
import type { TellRoom } from "../room-log.ts";
import type { ScreenMessage } from "../screen.ts";
import type { RoomPeople } from "./room-people.ts";

/** What may be said in rooms, and what people say about it. */
export interface RoomModeration {
  readonly screen: ScreenMessage;
  readonly rules: RoomChatRules;
  readonly store: ModerationStore;
  readonly decideHeld: DecideHeld;
  readonly reopenHeld: ReopenHeld;
  readonly reports: { readonly store: ReportStore; readonly reports: Reports };
  readonly follows: FollowStore;
  readonly commands: CommandHandlers;
}

/** Of a report's context: messages before and after the one it is about; lately, when it is about none. */
const BEFORE = 15;
const AFTER = 5;

/** Rules that another control process changed are known this late; those changed here at once. */
const KEEP_RULES_MS = 1_000;
const MAX_RULED = 1_000;

export function createRoomModeration(deps: {
  config: Pick<Config, "moderation">;
  db: Database["orm"];
  time: Time;
  log: Log;
  rooms: Pick<RoomStore, "find">;
  people: Pick<RoomPeople, "admission" | "targetOf">;
  events: Pick<EventStore, "read" | "byClientId">;
  append: TellRoom;
  audit: Audit;
}): RoomModeration {
  const { config, db, time: clock, log, rooms, append, audit } = deps;
  const store = createModerationStore(db);
  const reportStore = createReportStore(db);
  const roomOf = async (slug: string) => (await findRoom(rooms, slug)).room;

  async function contextOf(slug: string, message: number | null): Promise<RoomEvent[]> {
    const { id } = await roomOf(slug);
    const piece = { types: ["message"] as const, staff: true, limit: BEFORE + AFTER };
    if (message === null) return (await deps.events.read(id, piece)).events;
    const until = await deps.events.read(id, { ...piece, before: message + 1, limit: BEFORE });
    const since = await deps.events.read(id, { ...piece, after: message, limit: AFTER });
    return [...until.events, ...since.events];
  }

  const reports = createReports({
    ...{ store: reportStore, clock, contextOf, append, audit },
    nameOf: async (room, participant) => (await deps.people.targetOf(room, participant)).name,
  });
  const { moderation } = config;
  const ruled = createRemembered(store.roomAt, { clock, keepMs: KEEP_RULES_MS, max: MAX_RULED });
  return {
    store,
    screen: createScreen({
      ...{ store, append, clock, roomAt: ruled.of },
      judge: createJudge(createKnownWords()),
      service: moderation === null ? null : createTextScreen({ ...moderation, clock, log }),
      refuseMuted: deps.people.admission.refuseMuted,
    }),
    rules: createRoomChatRules({ store, audit, changed: ruled.forget }),
    decideHeld: createDecideHeld({ store, append, audit }),
    reopenHeld: createReopenHeld({ store, saidWith: deps.events.byClientId, append, audit }),
    reports: { store: reportStore, reports },
    follows: createFollowStore(db),
    commands: reportCommands({ reports, roomOf }),
  };
}
