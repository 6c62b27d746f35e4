import { type AuditEntry, type AuditedAction, type CommandName, may } from "@sameroom/contract";
import type { Audit } from "../audit.ts";
import { findRoom } from "../features/rooms/find-room.ts";
import type { RoomStore } from "../features/rooms/store.ts";
import { actorOf } from "../realtime/actor-of.ts";
import type { CommandHandlers } from "../realtime/gateway.ts";
import type { RoomSocket } from "../realtime/room-socket.ts";
import type { CommandUndo, ReversibleCommand } from "./command-undo.ts";

/** Commands of staff that no feature audits by itself; people's own deeds under the same names are nobody's business. */
const AUDITED = {
  "chat.delete": "chat.delete",
  "chat.pin": "chat.pin",
  "chat.mode": "chat.mode",
  "stage.remove": "stage.remove",
  "stage.mute": "stage.mute",
  "stage.hand-over": "stage.hand-over",
  "room.end": "room.end",
} as const satisfies Partial<Record<CommandName, AuditedAction>>;

const REVERSIBLE: ReadonlySet<string> = new Set<ReversibleCommand>([
  ...(["chat.pin", "chat.mode", "stage.remove", "stage.mute", "stage.hand-over"] as const),
]);

type Handler = (input: unknown, socket: RoomSocket) => Promise<unknown>;

/** The same handlers; what staff did with them is kept, once it is done. */
export function auditCommands(
  handlers: CommandHandlers,
  deps: { audit: Audit; rooms: Pick<RoomStore, "find">; undo: Pick<CommandUndo, "before"> },
): CommandHandlers {
  const audited: Record<string, Handler> = { ...(handlers as Record<string, Handler>) };
  for (const [name, action] of Object.entries(AUDITED)) {
    const handle = audited[name];
    if (handle === undefined) continue;
    audited[name] = async (input, socket) => {
      const { data } = socket;
      if (!may(data.standings, "audit.read")) return await handle(input, socket);
      const { room } = await findRoom(deps.rooms, data.claims.room);
      const undo = isReversible(name) ? await deps.undo.before(room, name, input) : null;
      const value = await handle(input, socket);
      const { participant, name: called } = actorOf(data);
      await deps.audit(room.id, {
        actor: { participant, name: called },
        ...{ action, detail: detailOf(input), undo },
      });
      return value;
    };
  }
  return audited as CommandHandlers;
}

function isReversible(name: string): name is ReversibleCommand {
  return REVERSIBLE.has(name);
}

/** What was asked for, as far as it is plain: the schemas of commands bound it. */
function detailOf(input: unknown): AuditEntry["detail"] {
  const plain = Object.entries((input ?? {}) as Record<string, unknown>).filter(
    (entry): entry is [string, string | number | boolean | null] =>
      entry[1] === null || ["string", "number", "boolean"].includes(typeof entry[1]),
  );
  return Object.fromEntries(plain);
}
