import { assertNever } from "@sameroom/base";
import type { Actor } from "@sameroom/contract";
import type { Undo } from "../db/schema.ts";
import type { RoomOfPeople } from "../features/people/discipline.ts";
import type { CommandUndo } from "./command-undo.ts";
import type { RoomModeration } from "./room-moderation.ts";
import type { RoomPeople } from "./room-people.ts";
import type { RoomScreening } from "./room-screening.ts";

/** Takes back what staff did, by doing the opposite; that is audited like everything staff do. */
export function createUndo(
  deps: Pick<RoomPeople, "discipline" | "moderators"> &
    Pick<RoomModeration, "rules" | "reopenHeld" | "reports"> &
    Pick<RoomScreening, "screening"> & { commandUndo: CommandUndo },
) {
  const { discipline, moderators, rules, screening, commandUndo } = deps;
  return async (room: RoomOfPeople, actor: Actor, undo: Undo): Promise<void> => {
    switch (undo.kind) {
      case "lift":
        return await discipline.lift(room, actor, undo.sanction);
      case "impose":
        return await discipline.restore(room, actor, undo.sanction);
      case "appoint":
        await moderators.appoint(room, actor, { account: undo.account });
        return;
      case "dismiss":
        return await moderators.dismiss(room, actor, { account: undo.account });
      case "rules":
        await rules.change(room, actor, undo.before);
        return;
      case "frame":
        await screening.decide(room, actor, undo);
        return;
      case "screening":
        return await screening.setPolicy(room, actor, undo.before);
      case "held":
        return await deps.reopenHeld(room, actor, undo.message);
      case "report":
        return await deps.reports.reports.reopen(room, actor, undo.report);
      case "pin":
      case "chat-mode":
      case "silence":
      case "readmit":
      case "hand-over":
        return await commandUndo.restore(room, actor, undo);
      default:
        assertNever(undo);
    }
  };
}
