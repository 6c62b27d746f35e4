import type { EventQuery } from "@sameroom/client";
import type { EventPage, RoomEvent } from "@sameroom/contract";
import { appended, type ChatLog, EMPTY_LOG } from "./chat-log.ts";

export interface ReplayLogPorts {
  /** A piece of the broadcast's log, by sequence number. */
  fetch: (query: Pick<EventQuery, "after" | "limit">) => Promise<EventPage>;
}

/** Events of one question; and so many read before a place one jumps to, for something to read at once. */
const PAGE = 500;
const BEFORE = 60;
/** Looking for a place ends when it is known this closely, in sequence numbers. */
const CLOSE = 200;
/** How far ahead of the picture events are there, ms. */
const AHEAD_MS = 30_000;
/** A step of more than this is a jump: what lies between was not seen happening. */
const JUMP_MS = 3_000;

/**
 * The log of a broadcast as its recording plays: shows what had happened by the time on screen. Reads it in pieces near
 * that time, never the whole.
 */
export class ReplayLog {
  readonly #ports: ReplayLogPorts;
  readonly #readers = new Set<() => void>();
  readonly #watchers = new Set<(event: RoomEvent) => void>();
  /** A piece without gaps, oldest first. */
  #events: RoomEvent[] = [];
  /** There was more before the piece, */
  #startsLate = false;
  /** which has something to read from this time on. */
  #begunAtUnixMs = 0;
  #readTo = 0;
  #complete = false;
  #log: ChatLog = EMPTY_LOG;
  /** Events of the piece that are shown. */
  #shown = 0;
  #atUnixMs: number | null = null;
  #reading: Promise<void> | null = null;
  #state: "loading" | "ready" | "failed" = "loading";
  #closed = false;

  constructor(ports: ReplayLogPorts) {
    this.#ports = ports;
  }

  /** For `useSyncExternalStore`. */
  readonly subscribe = (reader: () => void): (() => void) => {
    this.#readers.add(reader);
    return () => void this.#readers.delete(reader);
  };
  readonly get = (): ChatLog => this.#log;
  readonly state = (): "loading" | "ready" | "failed" => this.#state;

  /** Hears of every event that happens as it plays; not of what a jump passes over. */
  onShown(watcher: (event: RoomEvent) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** The picture on screen was captured then. Resolves when what belongs to it is there. */
  async playTo(unixMs: number): Promise<void> {
    const before = this.#atUnixMs;
    this.#atUnixMs = unixMs;
    const jumps = before === null || unixMs < before || unixMs - before > JUMP_MS;
    if (jumps) this.#rewind();
    this.#show(!jumps);
    if (this.#reading || !this.#needsMore(unixMs)) return this.#reading ?? undefined;
    this.#reading = this.#read().finally(() => {
      this.#reading = null;
    });
    await this.#reading;
  }

  /** Asks again after a failure. */
  retry(): void {
    if (this.#state !== "failed") return;
    this.#setState("loading");
    if (this.#atUnixMs !== null) void this.playTo(this.#atUnixMs);
  }

  close(): void {
    this.#closed = true;
    this.#readers.clear();
    this.#watchers.clear();
  }

  #needsMore(unixMs: number): boolean {
    if (this.#state === "failed") return false;
    if (this.#state === "loading" || this.#isOutside(unixMs)) return true;
    const last = this.#events.at(-1);
    return !this.#complete && (last === undefined || last.atUnixMs < unixMs + AHEAD_MS);
  }

  /** Before the piece that was read, or so far after it that reading on would take many questions. */
  #isOutside(unixMs: number): boolean {
    const last = this.#events.at(-1);
    if (!last) return false;
    if (unixMs < this.#begunAtUnixMs && this.#startsLate) return true;
    return !this.#complete && unixMs > last.atUnixMs + 4 * AHEAD_MS;
  }

  async #read(): Promise<void> {
    try {
      for (let at = this.#atUnixMs ?? 0; !this.#closed && this.#needsMore(at); at = this.#atUnixMs ?? 0) {
        if (this.#state === "loading" || this.#isOutside(at)) await this.#begin(at);
        await this.#readOn();
      }
      this.#setState("ready");
      this.#show(false);
    } catch {
      this.#setState("failed");
    }
  }

  /** A new piece, from a little before `unixMs`. */
  async #begin(unixMs: number): Promise<void> {
    const first = await this.#ports.fetch({ after: 0, limit: 1 });
    let low = first.events[0]?.sequence ?? first.last;
    let high = first.last;
    while (high - low > CLOSE && !this.#closed) {
      const middle = (low + high) >>> 1;
      const [event] = (await this.#ports.fetch({ after: middle, limit: 1 })).events;
      // After the broadcast's last event there is none.
      if (!event || event.atUnixMs > unixMs) high = middle;
      else low = event.sequence;
    }
    const from = Math.max((first.events[0]?.sequence ?? 1) - 1, low - BEFORE);
    this.#startsLate = first.events[0] !== undefined && from >= first.events[0].sequence;
    this.#begunAtUnixMs = unixMs;
    this.#events = [];
    this.#complete = false;
    this.#readTo = from;
    this.#rewind();
    this.#setState("ready");
  }

  async #readOn(): Promise<void> {
    const { events } = await this.#ports.fetch({ after: this.#readTo, limit: PAGE });
    this.#events.push(...events);
    this.#readTo = events.at(-1)?.sequence ?? this.#readTo;
    this.#complete = events.length < PAGE;
    this.#show(false);
  }

  #rewind(): void {
    this.#shown = 0;
    this.#log = EMPTY_LOG;
  }

  #show(happening: boolean): void {
    const at = this.#atUnixMs;
    if (at === null) return;
    const before = this.#shown;
    while ((this.#events[this.#shown]?.atUnixMs ?? Number.POSITIVE_INFINITY) <= at) this.#shown += 1;
    if (this.#shown === before && (before > 0 || this.#log.lines.length === 0)) {
      if (before === 0) this.#tell();
      return;
    }
    const due = this.#events.slice(before, this.#shown);
    this.#log = appended(this.#log, due);
    this.#tell();
    if (happening) for (const event of due) for (const watcher of this.#watchers) watcher(event);
  }

  #setState(state: "loading" | "ready" | "failed"): void {
    if (this.#state === state || this.#closed) return;
    this.#state = state;
    // Whoever reads compares logs.
    this.#log = { ...this.#log };
    this.#tell();
  }

  #tell(): void {
    for (const reader of this.#readers) reader();
  }
}
