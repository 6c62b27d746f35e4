import type { Clock } from "@sameroom/base";
import { type ChatMode, may, type ParsedCommand, type RoomEvent } from "@sameroom/contract";
import type { ChatPeople } from "../../chat-ports.ts";
import { ProblemError } from "../../problem-error.ts";
import { actorOf } from "../../realtime/actor-of.ts";
import type { CommandHandlers } from "../../realtime/gateway.ts";
import type { RoomSocket } from "../../realtime/room-socket.ts";
import type { AppendEvent, EventDraft } from "../../room-log.ts";
import { findMentions, type Mentionable } from "./mentions.ts";
import { createPace } from "./pace.ts";
import { excerptOf, whyNot } from "./rules.ts";

/** A room's log as chat reads it. */
export interface ChatLog {
  readonly mode: ChatMode;
  /** The newest events, oldest first. */
  readonly recent: readonly RoomEvent[];
}

export interface ChatDeps {
  append: AppendEvent;
  /** Throws when the room's log cannot be read. */
  logOf: (slug: string) => Promise<ChatLog>;
  /** One event out of the log, however old. */
  eventOf: (slug: string, sequence: number) => Promise<RoomEvent | null>;
  /** What was appended with this client id. */
  saidWith: (slug: string, participant: string, clientId: string) => Promise<RoomEvent | null>;
  /** People who are here, as far as they are named. */
  namedIn: (slug: string) => readonly Mentionable[];
  people: ChatPeople;
  clock: Clock;
}

type Who = Pick<RoomSocket, "data">;

/** What people say, and what those who look after the chat do. */
export function chatCommands(deps: ChatDeps): CommandHandlers {
  const pace = createPace(deps.clock);

  async function messageOf(slug: string, sequence: number): Promise<RoomEvent> {
    const log = await deps.logOf(slug);
    const event = log.recent.find((one) => one.sequence === sequence) ?? (await deps.eventOf(slug, sequence));
    if (event?.body.type !== "message" || event.body.text === "" || event.audience !== "all")
      throw new ProblemError("chat.message_not_found");
    return event;
  }

  async function send(message: ParsedCommand<"chat.send">, { data }: Who): Promise<number> {
    const slug = data.claims.room;
    const actor = actorOf(data);
    const { participant } = actor;
    const log = await deps.logOf(slug);
    const isBound = !may(data.standings, "chat.unbound");
    if (isBound) {
      const refusal = await refusalOf(log.mode, message.text, { slug, participant });
      const seconds = refusal === null ? paceOf(log, { slug, participant }) : 0;
      if (refusal !== null || seconds > 0) {
        // A client that got no answer asks again: what was said is said, whatever the rules are now.
        const said = await deps.saidWith(slug, participant, message.id);
        if (said !== null) return said.sequence;
        if (refusal !== null) throw new ProblemError(refusal);
        const isSlow = log.mode.slowS > 0 && seconds > 1;
        throw new ProblemError(isSlow ? "chat.slow" : "request.rate_limited", { retryAfter: seconds });
      }
    }
    try {
      const draft: EventDraft = {
        ...{ actor, clientId: message.id, captureUnixMs: message.captureUnixMs },
        body: {
          ...{ type: "message", text: message.text },
          replyTo: message.replyTo === null ? null : await quote(slug, message.replyTo),
          mentions: findMentions(message.text, mentionable(slug, log)),
        },
      };
      if (isBound) await deps.people.screen(slug, draft);
      return (await deps.append(slug, draft)).sequence;
    } catch (error) {
      if (isBound) pace.giveBack({ slug, participant });
      throw error;
    }
  }

  async function refusalOf(mode: ChatMode, text: string, who: { slug: string; participant: string }) {
    const account = who.participant.startsWith("user:") ? who.participant.slice("user:".length) : null;
    return await whyNot(mode, text, {
      account,
      follows: () => deps.people.follows(account ?? "", who.slug),
      subscribes: () => deps.people.subscribes(account ?? "", who.slug),
    });
  }

  function paceOf({ mode, recent }: ChatLog, who: { slug: string; participant: string }): number {
    const isTheirs = ({ body, actor }: RoomEvent) =>
      body.type === "message" && actor?.participant === who.participant;
    const last = mode.slowS === 0 ? undefined : recent.findLast(isTheirs);
    return pace.take(who, mode.slowS, last?.atUnixMs ?? null);
  }

  async function quote(slug: string, sequence: number) {
    const { actor, body } = await messageOf(slug, sequence);
    if (actor === null || body.type !== "message") throw new ProblemError("chat.message_not_found");
    return { sequence, participant: actor.participant, name: actor.name, excerpt: excerptOf(body.text) };
  }

  /** People here, and those who wrote lately. */
  function* mentionable(slug: string, { recent }: ChatLog): Generator<Mentionable> {
    yield* deps.namedIn(slug);
    for (const { actor } of recent) if (actor !== null) yield actor;
  }

  return {
    "chat.send": async (message, socket) => ({ sequence: await send(message, socket) }),
    async "chat.delete"({ message }, { data }) {
      const slug = data.claims.room;
      const actor = actorOf(data);
      const { actor: author } = await messageOf(slug, message);
      const isOwn = author?.participant === actor.participant;
      if (!isOwn && !may(data.standings, "chat.delete")) throw new ProblemError("auth.forbidden");
      await deps.append(slug, { actor, body: { type: "message-deleted", message } });
      return null;
    },
    async "chat.pin"({ message }, { data }) {
      const slug = data.claims.room;
      if (message !== null) await messageOf(slug, message);
      await deps.append(slug, { actor: actorOf(data), body: { type: "message-pinned", message } });
      return null;
    },
    async "chat.mode"(changes, { data }) {
      const slug = data.claims.room;
      const { mode: before } = await deps.logOf(slug);
      const { slowS = before.slowS, who = before.who, emojiOnly = before.emojiOnly } = changes;
      const mode = { slowS, who, emojiOnly };
      await deps.append(slug, { actor: actorOf(data), body: { type: "chat-mode", mode } });
      return null;
    },
  };
}
