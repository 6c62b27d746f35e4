import { assertNever } from "@sameroom/base";
import { type Actor, OPEN_CHAT, type ParsedCommand, type Person } from "@sameroom/contract";
import type { Audit, AuditDraft } from "../audit.ts";
import type { Undo } from "../db/schema.ts";
import type { EventStore } from "../features/events/store.ts";
import type { RoomOfPeople } from "../features/people/discipline.ts";
import { ProblemError } from "../problem-error.ts";
import type { TellRoom } from "../room-log.ts";
import type { RoomStage } from "./room-stage.ts";

/** Commands of staff that can be taken back. */
export type ReversibleCommand = "chat.pin" | "chat.mode" | "stage.remove" | "stage.mute" | "stage.hand-over";
/** What is done to take one back. */
export type CommandUndoing = Extract<
  Undo,
  { kind: "pin" | "chat-mode" | "readmit" | "silence" | "hand-over" }
>;

const COMMAND_OF = {
  ...{ pin: "chat.pin", "chat-mode": "chat.mode", "hand-over": "stage.hand-over" },
  ...{ silence: "stage.mute", readmit: "stage.remove" },
} as const satisfies Record<CommandUndoing["kind"], ReversibleCommand>;

export interface CommandUndo {
  /** What will take it back; asked before it is done. null: nothing can. */
  before(room: RoomOfPeople, name: ReversibleCommand, input: unknown): Promise<CommandUndoing | null>;
  /** Takes it back, and keeps that in the audit log. Throws what the command would. */
  restore(room: RoomOfPeople, actor: Actor, undo: CommandUndoing): Promise<void>;
}

export function createCommandUndo(deps: {
  events: Pick<EventStore, "head" | "read">;
  append: TellRoom;
  stage: Pick<RoomStage, "of" | "change" | "handOver" | "readmit">;
  audit: Audit;
}): CommandUndo {
  const { events, append, stage } = deps;

  async function before(
    { id, slug }: RoomOfPeople,
    name: ReversibleCommand,
    input: unknown,
  ): Promise<CommandUndoing | null> {
    switch (name) {
      case "chat.pin":
        return { kind: "pin", message: (await events.head(id)).pinned };
      case "chat.mode":
        return { kind: "chat-mode", before: (await events.head(id)).chatMode ?? OPEN_CHAT };
      case "stage.hand-over":
        return { kind: "hand-over", participant: (await stage.of(slug)).stage.lead ?? null };
      case "stage.mute":
      case "stage.remove": {
        const { participant } = input as ParsedCommand<"stage.remove">;
        const { members } = (await stage.of(slug)).stage;
        const guest = members.find((one) => one.role === "guest" && one.participant === participant);
        if (guest === undefined) return null;
        if (name === "stage.remove") return { kind: "readmit", participant };
        return { kind: "silence", participant, silenced: guest.silenced };
      }
      default:
        return assertNever(name);
    }
  }

  async function requireMessage(roomId: string, sequence: number): Promise<void> {
    const piece = { after: sequence - 1, before: sequence + 1, limit: 1, staff: false };
    const body = (await events.read(roomId, piece)).events[0]?.body;
    if (body?.type !== "message" || body.text === "") throw new ProblemError("chat.message_not_found");
  }

  /** Does it; returns what there is to know of it. */
  async function put(
    room: RoomOfPeople,
    actor: Actor,
    undo: CommandUndoing,
  ): Promise<NonNullable<AuditDraft["detail"]>> {
    const { id, slug } = room;
    switch (undo.kind) {
      case "pin": {
        const { message } = undo;
        if (message !== null) await requireMessage(id, message);
        await append(slug, { actor, body: { type: "message-pinned", message } });
        return { message };
      }
      case "chat-mode":
        await append(slug, { actor, body: { type: "chat-mode", mode: undo.before } });
        return { ...undo.before };
      case "silence": {
        const { participant, silenced } = undo;
        await stage.change(slug, participant, { silenced }, actor);
        return { participant, silenced };
      }
      case "readmit":
        await stage.readmit(slug, undo.participant, actor);
        return { participant: undo.participant, mayComeBack: true };
      case "hand-over":
        await stage.handOver(slug, undo.participant, actor);
        return { participant: undo.participant };
      default:
        return assertNever(undo);
    }
  }

  return {
    before,
    async restore(room, actor, undo) {
      const action = COMMAND_OF[undo.kind];
      const back = undo.kind === "readmit" ? null : await before(room, action, undo);
      const detail = await put(room, actor, undo);
      const by: Person = { participant: actor.participant, name: actor.name };
      await deps.audit(room.id, { actor: by, action, detail, undo: back });
    },
  };
}
