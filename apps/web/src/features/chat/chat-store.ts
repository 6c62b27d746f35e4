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

export interface ChatView extends ChatLog {
  /** Events of one's own that wait for their picture like all; to oneself they are shown at once, after the others. */
  early: readonly RoomEvent[];
}
const EMPTY_VIEW: ChatView = { ...EMPTY_LOG, early: [] };

/**
 * The chat of one room as a page reads it: takes in what the connection tells, holds it back for the picture it belongs
 * to, and tells its readers once for all that came together.
 */
export class ChatStore {
  readonly #clock: ChatClock;
  readonly #isOwn: (event: RoomEvent) => boolean;
  readonly #aligner = new Aligner<{ event: RoomEvent; omitted: number }>();
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
      this.#release(null);
      this.#put({ ...appended(EMPTY_LOG, events, omitted), early: [] });
      return;
    }
    const early: RoomEvent[] = [];
    events.forEach((event, index) => {
      const value = { event, omitted: index === 0 ? omitted : 0 };
      this.#aligner.hold({ atUnixMs: event.atUnixMs, value });
      if (this.#isOwn(event)) early.push(event);
    });
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

  /** Shows what is due; false when nothing was. */
  #release(captureUnixMs: number | null): boolean {
    const due = this.#aligner.release(captureUnixMs, this.#clock.serverUnixMs() ?? 0);
    if (this.#aligner.size === 0) this.#stop();
    if (due.length === 0) return false;
    const events = due.map(({ event }) => event);
    const omitted = due.reduce((sum, one) => sum + one.omitted, 0);
    const last = events.at(-1)?.sequence ?? 0;
    const early = this.#view.early.filter(({ sequence }) => sequence > last);
    this.#put({ ...appended(this.#view, events, omitted), early });
    for (const event of events) {
      if (!this.#isOwn(event)) for (const watcher of this.#watchers) watcher(event);
    }
    return true;
  }

  #stop(): void {
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
