import type { Actor, RoomEvent } from "@sameroom/contract";
import type { Audit } from "../../audit.ts";
import type { HeldMessage } from "../../db/schema.ts";
import { ProblemError } from "../../problem-error.ts";
import type { TellRoom } from "../../room-log.ts";
import type { ModerationStore } from "./store.ts";

/** Lets a message that waits be said as it was sent, or not. Throws `moderation.not_found`, `moderation.decided`. */
export type DecideHeld = (
  room: { id: string; slug: string },
  actor: Actor,
  decision: { message: string; approve: boolean },
) => Promise<HeldMessage>;

export function createDecideHeld(deps: {
  store: ModerationStore;
  append: TellRoom;
  audit: Audit;
}): DecideHeld {
  return async (room, actor, { message, approve }) => {
    const held = await deps.store.held(room.id, message);
    if (held === null) throw new ProblemError("moderation.not_found");
    const state = approve ? "approved" : "rejected";
    if (!(await deps.store.decide(held.id, "waiting", state))) throw new ProblemError("moderation.decided");
    // Said once, however often: its client id is in the log then.
    if (approve)
      await deps.append(room.slug, {
        ...{ actor: held.actor, body: held.body, clientId: held.clientId, captureUnixMs: held.captureUnixMs },
      });
    await deps.audit(room.id, {
      actor: { participant: actor.participant, name: actor.name },
      ...{ action: "held.decide", subject: { participant: held.participant, name: held.actor.name } },
      detail: { approved: approve, text: held.body.text },
      undo: { kind: "held", message: held.id },
    });
    return { ...held, state };
  };
}

/**
 * Takes a decision back: what was not let through waits again, what was is deleted from the chat. Throws `moderation.not_found`,
 * `moderation.decided`.
 */
export type ReopenHeld = (room: { id: string; slug: string }, actor: Actor, message: string) => Promise<void>;

export function createReopenHeld(deps: {
  store: ModerationStore;
  /** What somebody said with a client id; null: nothing. */
  saidWith: (roomId: string, participant: string, clientId: string) => Promise<RoomEvent | null>;
  append: TellRoom;
  audit: Audit;
}): ReopenHeld {
  return async (room, actor, message) => {
    const held = await deps.store.held(room.id, message);
    if (held === null) throw new ProblemError("moderation.not_found");
    const { state: from, participant } = held;
    // It was said once and is not said again: its client id is in the log.
    const to = from === "approved" ? "rejected" : "waiting";
    if (from === "waiting" || !(await deps.store.decide(held.id, from, to)))
      throw new ProblemError("moderation.decided");
    const said = from === "approved" ? await deps.saidWith(room.id, participant, held.clientId) : null;
    if (said !== null)
      await deps.append(room.slug, { actor, body: { type: "message-deleted", message: said.sequence } });
    await deps.audit(room.id, {
      actor: { participant: actor.participant, name: actor.name },
      ...{ action: "held.decide", subject: { participant, name: held.actor.name } },
      detail: { approved: false, waits: to === "waiting", text: held.body.text },
    });
  };
}
