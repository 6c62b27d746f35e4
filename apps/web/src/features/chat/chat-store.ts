import type { LogNews } from "@sameroom/client";
import type { EventPage, RoomEvent } from "@sameroom/contract";
import { Aligner } from "./aligner.ts";
import {
  appended,
  type ChatLog,
  EMPTY_LOG,
  KEPT_LINES,
  KEPT_WHILE_READING,
  trimmed,
  withHistory,
} from "./chat-log.ts";

export interface ChatClock {
  /** Capture time of the picture on screen, ms since 1970 on the server's clock; null where there is none to wait for. */
  captureUnixMs: () => number | null;
  /** The server's time; null before it is known. */
  serverUnixMs: () => number | null;
}

/** How often it looks whether the picture of a held event is on screen. */
const LOOK_MS = 100;
/**
 * So many events are shown in one go; what comes together beyond is spread over some steps, so that no frame of the page
 * has more lines to draw than it has time for, and a storm flows instead of jumping.
 */
const AT_ONCE = 12;
const STEPS = 4;
const STEP_MS = 50;
/** More than this waits for nothing: a page in the background has slow timers. */
const WAITING_MOST = 200;

interface Held {
  event: RoomEvent;
  /** Messages left out of the piece it came in. */
  omitted: number;
}

export interface ChatView extends ChatLog {
  /** Events of one's own that wait for their picture like all; to oneself they are shown at once, after the others. */
  early: readonly RoomEvent[];
}
const EMPTY_VIEW: ChatView = { ...EMPTY_LOG, early: [] };

/**
 * The chat of one room as a page reads it: takes in what the connection tells, holds it back for the picture it belongs
 * to, and tells its readers once for all that is shown together.
 */
export class ChatStore {
  readonly #clock: ChatClock;
  readonly #isOwn: (event: RoomEvent) => boolean;
  readonly #aligner = new Aligner<Held>();
  /** Due, and shown in the next steps. */
  #waiting: Held[] = [];
  #step: ReturnType<typeof setTimeout> | undefined;
  readonly #readers = new Set<() => void>();
  readonly #watchers = new Set<(event: RoomEvent) => void>();
  #view: ChatView = EMPTY_VIEW;
  #reading = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** `isOwn`: what whoever reads did themselves. */
  constructor(clock: ChatClock, isOwn: (event: RoomEvent) => boolean) {
    this.#clock = clock;
    this.#isOwn = isOwn;
  }

  /** For `useSyncExternalStore`. */
  readonly subscribe = (reader: () => void): (() => void) => {
    this.#readers.add(reader);
    return () => void this.#readers.delete(reader);
  };
  readonly get = (): ChatView => this.#view;

  /** Hears of every event in the moment it is shown; not of those that were there before, or are read later. */
  onShown(watcher: (event: RoomEvent) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  take({ events, omitted, restarted }: LogNews): void {
    if (restarted) {
      this.#aligner.release(null, 0);
      this.#stop();
      this.#put({ ...appended(EMPTY_LOG, events, omitted), early: [] });
      return;
    }
    const early: RoomEvent[] = [];
    for (const event of events) {
      this.#aligner.hold({ atUnixMs: event.atUnixMs, value: { event, omitted } });
      if (this.#isOwn(event)) early.push(event);
    }
    if (early.length > 0) {
      this.#view = { ...this.#view, early: [...this.#view.early, ...early] };
      for (const event of early) for (const watcher of this.#watchers) watcher(event);
    }
    const shown = this.#release(this.#clock.captureUnixMs());
    if (!shown && early.length > 0) this.#tell();
    if (this.#aligner.size > 0) {
      this.#timer ??= setInterval(() => this.#release(this.#clock.captureUnixMs()), LOOK_MS);
    }
  }

  /** Older events, read because somebody scrolled up to them. */
  addHistory(page: EventPage): void {
    this.#put({ ...withHistory(this.#view, page), early: this.#view.early });
  }

  /** While somebody reads older lines more of them are kept. */
  setReading(reading: boolean): void {
    if (this.#reading === reading) return;
    this.#reading = reading;
    this.#put(this.#view);
  }

  close(): void {
    this.#stop();
    this.#readers.clear();
    this.#watchers.clear();
  }

  /** Shows what is due, or lets it wait for the next step; false when nothing was shown. */
  #release(captureUnixMs: number | null): boolean {
    this.#waiting.push(...this.#aligner.release(captureUnixMs, this.#clock.serverUnixMs() ?? 0));
    if (this.#aligner.size === 0) this.#stopLooking();
    return this.#step === undefined && this.#show();
  }

  #show(): boolean {
    const { length } = this.#waiting;
    if (length === 0) return false;
    const most = length > WAITING_MOST ? length : Math.max(AT_ONCE, Math.ceil(length / STEPS));
    const due = this.#waiting.splice(0, most);
    if (this.#waiting.length > 0) {
      this.#step = setTimeout(() => {
        this.#step = undefined;
        this.#show();
      }, STEP_MS);
    }
    const events = due.map(({ event }) => event);
    const omitted = due.at(-1)?.omitted ?? 0;
    const last = events.at(-1)?.sequence ?? 0;
    const early = this.#view.early.filter(({ sequence }) => sequence > last);
    this.#put({ ...appended(this.#view, events, omitted), early });
    for (const event of events) {
      if (!this.#isOwn(event)) for (const watcher of this.#watchers) watcher(event);
    }
    return true;
  }

  #stop(): void {
    this.#stopLooking();
    clearTimeout(this.#step);
    this.#step = undefined;
    this.#waiting = [];
  }

  #stopLooking(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #put(view: ChatView): void {
    const kept = trimmed(view, this.#reading ? KEPT_WHILE_READING : KEPT_LINES);
    if (kept === this.#view) return;
    this.#view = kept === view ? view : { ...kept, early: view.early };
    this.#tell();
  }

  #tell(): void {
    for (const reader of this.#readers) reader();
  }
}
