import type { Clock } from "@sameroom/base";
import { type Actor, DEFAULT_CHAT_RULES, type HoldReason, may } from "@sameroom/contract";
import type { HeldMessage } from "../../db/schema.ts";
import { newId } from "../../ids.ts";
import { ProblemError } from "../../problem-error.ts";
import type { EventDraft, TellRoom } from "../../room-log.ts";
import type { ScreenMessage } from "../../screen.ts";
import type { Judge } from "./rules.ts";
import type { ModerationStore } from "./store.ts";
import type { TextScreen } from "./text-screen.ts";

/** Messages that may wait in one room, and of one person in it. */
const MAX_WAITING = 500;
const MAX_WAITING_OF_ONE = 5;

export interface ScreenDeps {
  store: ModerationStore;
  /** A room with its rules. */
  roomAt: ModerationStore["roomAt"];
  judge: Judge;
  /** Null: the operator has none. */
  service: TextScreen | null;
  /** Throws `chat.muted`. */
  refuseMuted: (slug: string, participant: string) => Promise<void>;
  append: TellRoom;
  clock: Clock;
}

/** Screens messages: mutes, a room's rules, the moderation service. Staff are not bound by the rules. */
export function createScreen(deps: ScreenDeps): ScreenMessage {
  const { store } = deps;

  async function judge(text: string, rules = DEFAULT_CHAT_RULES) {
    const judgement = deps.judge(text, rules);
    if (judgement.verdict !== "pass" || deps.service === null || rules.service === "off") return judgement;
    const found = await deps.service(text);
    if (found.length === 0) return judgement;
    return rules.service === "refuse"
      ? ({ verdict: "refuse", detail: "It was taken for something that hurts people." } as const)
      : ({ verdict: "hold", why: "service", detail: found.join(", ").slice(0, 200) } as const);
  }

  async function hold(
    room: { id: string; slug: string },
    draft: EventDraft & { actor: Actor },
    { why, detail }: { why: HoldReason; detail: string },
  ): Promise<void> {
    const { actor, body } = draft;
    if (body.type !== "message") return;
    const full =
      (await store.countWaiting(room.id, actor.participant)) >= MAX_WAITING_OF_ONE ||
      (await store.countWaiting(room.id)) >= MAX_WAITING;
    if (full) throw refused("Too many messages wait for a moderator.");
    const message: HeldMessage = {
      ...{ id: newId(deps.clock.unixMs()), roomId: room.id, participant: actor.participant, actor, body },
      clientId: draft.clientId ?? newId(deps.clock.unixMs()),
      captureUnixMs: draft.captureUnixMs ?? null,
      ...{ why, detail, createdAt: new Date(deps.clock.unixMs()), state: "waiting" },
    };
    if (!(await store.hold(message))) return;
    const { participant, name } = actor;
    await deps.append(room.slug, {
      ...{ actor: null, audience: "staff" },
      body: {
        ...{ type: "moderation", action: "flag", participant, name, untilUnixMs: null },
        reason: `A message waits: ${body.text}`.slice(0, 200),
      },
    });
  }

  return async (slug, draft) => {
    const { actor, body, clientId } = draft;
    if (actor === null || body.type !== "message" || may(actor.standings, "chat.unbound")) return;
    await deps.refuseMuted(slug, actor.participant);
    const room = await deps.roomAt(slug);
    if (room === null) throw new ProblemError("room.not_found");
    const judgement = await judge(body.text, room.rules ?? undefined);
    if (judgement.verdict === "pass") return;
    if (judgement.verdict === "refuse") throw refused(judgement.detail);
    const before =
      clientId === undefined || clientId === null
        ? null
        : await store.heldAs(room.roomId, actor.participant, clientId);
    if (before?.state === "approved") return;
    if (before?.state === "rejected") throw refused("A moderator has not let it through.");
    if (before === null) await hold({ id: room.roomId, slug }, { ...draft, actor }, judgement);
    throw new ProblemError("chat.held");
  };
}

function refused(detail: string): ProblemError {
  return new ProblemError("chat.refused", { detail });
}
