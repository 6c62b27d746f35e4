import { type ChatMode, type EventPage, OPEN_CHAT, type RoomEvent } from "@sameroom/contract";
import type { Time } from "../../clock.ts";
import type { LogHead, PieceOfLog } from "./store.ts";

/** Newest events a room keeps in memory: what a phone that was away for a minute or two comes back for. */
export const KEPT_EVENTS = 500;
/** Events a fresh visitor begins with; history has the rest. */
export const FIRST_EVENTS = 100;
/** An event that overtook another one waits this long for it before the database is asked. */
export const GAP_WAIT_MS = 50;
const RETRY_MS = 1_000;
const FILL_LIMIT = 500;

export interface RoomStreamPorts {
  head(): Promise<LogHead>;
  /** Also what is for staff. */
  read(piece: Omit<PieceOfLog, "staff">): Promise<{ events: RoomEvent[] }>;
  /** The next ones, in order: each event of the room once, from the moment the stream is ready. */
  delivered(events: readonly RoomEvent[]): void;
  failed(error: unknown): void;
}

/**
 * A room's log as it grows: puts events of several control processes in order, asks the database for those that did not come,
 * and keeps the newest. Reactions pass through it but are not kept: whoever is here saw them already.
 */
export interface RoomStream {
  /** Resolves when the log is loaded; rejects when it cannot be. */
  readonly ready: Promise<void>;
  /** Events that were appended, in any order, any number of times. */
  take(events: readonly RoomEvent[]): void;
  /** The database has this one; what is missing is asked for. */
  notice(last: number): void;
  readonly last: number;
  readonly mode: ChatMode;
  readonly pinned: RoomEvent | null;
  /** Kept ones, oldest first. */
  readonly recent: readonly RoomEvent[];
  /** What came after `after`, or the newest, `complete: false`, when that is too far back or null. */
  page(after: number | null, staff: boolean): EventPage;
  close(): void;
}

export function createRoomStream(time: Time, ports: RoomStreamPorts): RoomStream {
  let last = 0;
  let mode: ChatMode = OPEN_CHAT;
  let pinned: RoomEvent | null = null;
  let recent: RoomEvent[] = [];
  /** Everything from here on is in `recent`, but for reactions. */
  let from = 1;
  let loaded = false;
  let closed = false;
  /** Those that came too early, by sequence number. */
  const early = new Map<number, RoomEvent>();
  let cancelFill: (() => void) | null = null;

  async function load(): Promise<void> {
    const head = await ports.head();
    const { events } = await ports.read({ limit: KEPT_EVENTS, without: "reactions" });
    // What came between the two queries is taken like any news.
    const known = events.filter(({ sequence }) => sequence <= head.last);
    if (head.pinned !== null) {
      const { pinned: sequence } = head;
      const page = await ports.read({ after: sequence - 1, before: sequence + 1, limit: 1 });
      pinned = page.events[0] ?? null;
    }
    recent = known;
    from = events.length < KEPT_EVENTS ? 1 : (known[0]?.sequence ?? head.last + 1);
    mode = head.chatMode ?? OPEN_CHAT;
    last = head.last;
    loaded = true;
    take(events.slice(known.length));
  }

  function take(events: readonly RoomEvent[]): void {
    for (const event of events) if (event.sequence > last) early.set(event.sequence, event);
    if (loaded) advance();
  }

  function advance(): void {
    const next: RoomEvent[] = [];
    for (let event = early.get(last + 1); event !== undefined; event = early.get(last + 1)) {
      early.delete(event.sequence);
      last = event.sequence;
      keep(event);
      next.push(event);
    }
    for (const sequence of early.keys()) if (sequence <= last) early.delete(sequence);
    if (early.size === 0) {
      cancelFill?.();
      cancelFill = null;
    } else fillAfter(GAP_WAIT_MS);
    if (next.length > 0) ports.delivered(next);
  }

  function keep(event: RoomEvent): void {
    const { body } = event;
    if (body.type === "reactions") return;
    if (body.type === "chat-mode") mode = body.mode;
    if (body.type === "message-pinned")
      pinned = recent.find(({ sequence }) => sequence === body.message) ?? null;
    if (body.type === "message-deleted") forget(body.message);
    recent.push(event);
    if (body.type === "message-pinned" && body.message !== null && pinned === null) fetchPinned(body.message);
    // Not one by one: moving five hundred entries for each event would be most of the work.
    if (recent.length < KEPT_EVENTS * 2) return;
    recent = recent.slice(-KEPT_EVENTS);
    from = recent[0]?.sequence ?? last + 1;
  }

  function forget(message: number): void {
    if (pinned?.sequence === message) pinned = null;
    recent = recent.map((event) => withoutText(event, message));
  }

  function fetchPinned(sequence: number): void {
    ports.read({ after: sequence - 1, before: sequence + 1, limit: 1 }).then(({ events: [found] }) => {
      const current = recent.findLast(({ body }) => body.type === "message-pinned")?.body;
      if (current?.type === "message-pinned" && current.message === sequence) pinned = found ?? null;
    }, ports.failed);
  }

  function fillAfter(delayMs: number): void {
    if (closed || cancelFill !== null) return;
    cancelFill = time.after(delayMs, () => void fill());
  }

  async function fill(): Promise<void> {
    try {
      const { events } = await ports.read({ after: last, limit: FILL_LIMIT });
      cancelFill = null;
      take(events);
    } catch (error) {
      ports.failed(error);
      cancelFill = null;
      fillAfter(RETRY_MS);
    }
  }

  const ready = load();
  // Whoever waits for it hears of it.
  ready.catch(() => {});
  return {
    ready,
    take,
    notice(newest) {
      if (loaded && newest > last) fillAfter(GAP_WAIT_MS);
    },
    get last() {
      return last;
    },
    get mode() {
      return mode;
    },
    get pinned() {
      return pinned;
    },
    get recent() {
      return recent;
    },
    page(after, staff) {
      const visible = staff ? recent : recent.filter(({ audience }) => audience === "all");
      const goesOn = after !== null && after >= from - 1 && after <= last;
      if (goesOn) return { events: visible.filter(({ sequence }) => sequence > after), last, complete: true };
      const complete = after === null && from === 1 && visible.length <= FIRST_EVENTS;
      return { events: visible.slice(-FIRST_EVENTS), last, complete };
    },
    close() {
      closed = true;
      cancelFill?.();
    },
  };
}

/** The event as it is when this message is deleted. */
function withoutText(event: RoomEvent, message: number): RoomEvent {
  const { body } = event;
  if (body.type !== "message") return event;
  if (event.sequence === message)
    return { ...event, body: { ...body, text: "", replyTo: null, mentions: [] } };
  if (body.replyTo?.sequence !== message) return event;
  return { ...event, body: { ...body, replyTo: { ...body.replyTo, excerpt: "" } } };
}
