import type { EventBody, EventPage, RoomEvent } from "@sameroom/contract";

/** A line of the chat: an event that is shown. */
export interface ChatLine {
  /** The same for all gifts of one combo. */
  key: string;
  event: RoomEvent;
  /** Its text is gone. */
  deleted: boolean;
}

/** What a page has of a room's chat; never changed, only replaced. */
export interface ChatLog {
  /** Oldest first. */
  lines: readonly ChatLine[];
  /** Sequence number of the oldest event looked at; what is before can be asked for. Null: none yet. */
  from: number | null;
  /** There is nothing before `from`. */
  complete: boolean;
  /** Messages left out of the last piece, because nobody could have read them all. */
  omitted: number;
}

export const EMPTY_LOG: ChatLog = { lines: [], from: null, complete: false, omitted: 0 };

/** Lines kept while new ones are read, and while older ones are. More can be asked for again. */
export const KEPT_LINES = 1_000;
export const KEPT_WHILE_READING = 20_000;

const SHOWN: ReadonlySet<EventBody["type"]> = new Set([
  "message",
  "gift",
  "state",
  "chat-mode",
  "message-pinned",
  "moderation",
  "raid",
  "raided",
  "veil",
  "battle",
  "subscription",
]);

/** Whether an event has a line of its own. */
export function isShown({ body }: RoomEvent): boolean {
  if (body.type === "host-notice") return body.notice.kind === "title";
  // The reader knows that a message is not pinned any more: it is not there.
  if (body.type === "message-pinned") return body.message !== null;
  return SHOWN.has(body.type);
}

/** Takes in what happened next; what is there already is not taken twice. */
export function appended(log: ChatLog, events: readonly RoomEvent[], omitted = 0): ChatLog {
  if (events.length === 0) return omitted === log.omitted ? log : { ...log, omitted };
  const lines = [...log.lines];
  for (const event of events) {
    if (isShown(event)) place(lines, event);
    else if (event.body.type === "message-deleted") wipe(lines, event.body.message);
  }
  const from = log.from ?? events[0]?.sequence ?? null;
  return { lines, from, omitted, complete: log.complete || from === 1 };
}

/** Older events, as asked for with `before: log.from`. */
export function withHistory(log: ChatLog, page: EventPage): ChatLog {
  const lines = [...log.lines];
  // Whatever happened to them later is in what they are by now.
  for (const event of page.events) if (isShown(event)) place(lines, event, "older");
  const from = page.events[0]?.sequence ?? log.from;
  return { ...log, lines, from, complete: page.complete || page.events.length === 0 || from === 1 };
}

/** Forgets the oldest lines beyond `most`; they can be asked for again. */
export function trimmed(log: ChatLog, most: number): ChatLog {
  const spare = log.lines.length - most;
  if (spare <= 0) return log;
  const lines = log.lines.slice(spare);
  return { ...log, lines, from: lines[0]?.event.sequence ?? log.from, complete: false };
}

/** The line of an event, by its sequence number. */
export function indexOfSequence(lines: readonly ChatLine[], sequence: number): number {
  const at = firstAfter(lines, sequence - 1);
  return lines[at]?.event.sequence === sequence ? at : -1;
}

/** Takes a message's text away; its place stays. */
function wipe(lines: ChatLine[], sequence: number): void {
  const at = indexOfSequence(lines, sequence);
  const line = lines[at];
  if (line?.event.body.type !== "message") return;
  const body = { ...line.event.body, text: "", mentions: [] };
  lines[at] = { ...line, deleted: true, event: { ...line.event, body } };
}

/** Puts an event where it belongs; a gift of a combo takes the place of the one before it. */
function place(lines: ChatLine[], event: RoomEvent, which: "newer" | "older" = "newer"): void {
  const line = lineOf(event);
  if (event.body.type === "gift") {
    const combo = lines.findLastIndex(({ key }) => key === line.key);
    if (combo >= 0) {
      const known = lines[combo]?.event.body;
      const isMore = known?.type === "gift" && event.body.combo.count > known.combo.count;
      if (which === "newer" && isMore && lines[combo])
        lines[combo] = { ...line, event: stay(line, lines[combo]) };
      return;
    }
  }
  const last = lines.at(-1);
  if (!last || last.event.sequence < event.sequence) {
    lines.push(line);
    return;
  }
  const at = firstAfter(lines, event.sequence - 1);
  if (lines[at]?.event.sequence !== event.sequence) lines.splice(at, 0, line);
}

/** A combo stays where it began, so that the lines keep their order. */
function stay(line: ChatLine, { event: { sequence } }: ChatLine): RoomEvent {
  return { ...line.event, sequence };
}

function lineOf(event: RoomEvent): ChatLine {
  const { body } = event;
  const key = body.type === "gift" ? `combo ${body.combo.id}` : String(event.sequence);
  // A deleted message comes from history without its text.
  return { key, event, deleted: body.type === "message" && body.text.length === 0 };
}

/** Index of the first line whose sequence number is greater. */
function firstAfter(lines: readonly ChatLine[], sequence: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lines[middle]?.event.sequence ?? Number.POSITIVE_INFINITY) <= sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}
