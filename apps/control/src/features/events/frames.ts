import { type EventFrame, may, type RoomEvent } from "@sameroom/contract";
import type { TickFrames } from "../../realtime/room-news.ts";

/** Says which messages of a tick everybody gets. */
export interface Sampler {
  /** `nowMs` monotonic. */
  choose(messages: readonly RoomEvent[], nowMs: number): ReadonlySet<RoomEvent>;
}

/**
 * Messages a second. People read about four words a second, a message has about six: even a third of this goes by unread. What it
 * keeps is the look of a crowd, and a phone's frames.
 */
export const READABLE_PER_SECOND = 20;
/** Said at once and then silence: all of it is shown. */
export const READABLE_BURST = 60;
const MAX_REMEMBERED = 2_000;

/** Fair to people, not to messages: whoever was not shown for longest comes first, and nobody twice before everybody once. */
export function createSampler(): Sampler {
  let budget = READABLE_BURST;
  let lastMs = Number.NEGATIVE_INFINITY;
  let tick = 0;
  /** When somebody was shown last, in ticks. */
  const shown = new Map<string, number>();

  return {
    choose(messages, nowMs) {
      tick += 1;
      const gained = ((nowMs - lastMs) / 1000) * READABLE_PER_SECOND;
      budget = Math.min(READABLE_BURST, budget + gained);
      lastMs = nowMs;
      const chosen = messages.length <= budget ? [...messages] : inTurns(messages, shown).slice(0, budget);
      budget -= chosen.length;
      for (const event of chosen) remember(authorOf(event));
      return new Set(chosen);
    },
  };

  function remember(author: string): void {
    shown.delete(author);
    shown.set(author, tick);
    const oldest = shown.size > MAX_REMEMBERED ? shown.keys().next().value : undefined;
    if (oldest !== undefined) shown.delete(oldest);
  }
}

const authorOf = ({ actor }: RoomEvent) => actor?.participant ?? "";

function inTurns(messages: readonly RoomEvent[], shown: ReadonlyMap<string, number>): RoomEvent[] {
  const byAuthor = new Map<string, RoomEvent[]>();
  for (const event of messages) {
    const own = byAuthor.get(authorOf(event));
    if (own === undefined) byAuthor.set(authorOf(event), [event]);
    else own.push(event);
  }
  const authors = [...byAuthor].sort(([one], [other]) => (shown.get(one) ?? 0) - (shown.get(other) ?? 0));
  const turns: RoomEvent[] = [];
  for (let turn = 0; turns.length < messages.length; turn++)
    for (const [, own] of authors) turns.push(...own.slice(turn, turn + 1));
  return turns;
}

/** true for what everybody gets at any rate: all that is not chatter of the crowd. */
function isForAll({ body, actor }: RoomEvent): boolean {
  if (body.type !== "message") return true;
  const standings = actor?.standings ?? [];
  return may(standings, "chat.unbound") || standings.includes("guest");
}

/** Whom a message concerns who did not write it: who is mentioned, who is answered. */
function concernedBy({ actor, body }: RoomEvent): Set<string> {
  if (body.type !== "message") return new Set();
  const answered = body.replyTo === null ? [] : [body.replyTo.participant];
  return new Set([...(actor === null ? [] : [actor.participant]), ...body.mentions, ...answered]);
}

/** Cuts a tick's events for those who get them. Reactions are told apart. */
export function cutFrames(events: readonly RoomEvent[], sampler: Sampler, nowMs: number): TickFrames {
  const last = events.at(-1)?.sequence ?? 0;
  const told = events.filter(({ body }) => body.type !== "reactions");
  const open = told.filter(({ audience }) => audience === "all");
  const chosen = sampler.choose(
    open.filter((event) => !isForAll(event)),
    nowMs,
  );
  const isShown = (event: RoomEvent) => chosen.has(event) || isForAll(event);
  const shown = open.filter(isShown);
  const left = open.filter((event) => !isShown(event));
  const frame = (all: RoomEvent[], omitted: number) =>
    all.length + omitted === 0 ? null : { last, events: all, omitted };
  const everybody = frame(shown, left.length);
  const staff = told.length === shown.length ? everybody : frame(told, 0);
  const concerned = new Map<string, Set<RoomEvent>>();
  for (const event of left)
    for (const participant of concernedBy(event))
      concerned.set(participant, (concerned.get(participant) ?? new Set()).add(event));
  const personal = new Map<string, EventFrame>();
  for (const [participant, own] of concerned) {
    const all = open.filter((event) => isShown(event) || own.has(event));
    personal.set(participant, { last, events: all, omitted: left.length - own.size });
  }
  return { everybody, staff, personal };
}
