import type { EventFrame, EventPage, RoomEvent } from "@sameroom/contract";
import type { LogNews } from "../types.ts";

/** Newest messages kept, so that one that is pinned is mostly known. */
const KEPT_MESSAGES = 500;

/** How far this client has read a room's log: nothing is told twice, whatever comes again after a reconnection. */
export class LogPosition {
  #last: number | undefined;
  readonly #messages = new Map<number, RoomEvent>();

  /** The newest sequence number known; undefined before the first snapshot. */
  get last(): number | undefined {
    return this.#last;
  }

  /** A message that came lately. */
  message(sequence: number): RoomEvent | undefined {
    return this.#messages.get(sequence);
  }

  /** What a snapshot's page adds, or begins anew. */
  takeSnapshot(page: EventPage): LogNews {
    // A log that is shorter than what is known is another one: the server's database was put back.
    const goesOn = this.#last !== undefined && page.complete && page.last >= this.#last;
    if (!goesOn) {
      this.#last = undefined;
      this.#messages.clear();
    }
    return { ...this.#take(page), omitted: 0, restarted: !goesOn };
  }

  takeFrame(frame: EventFrame): LogNews {
    return { ...this.#take(frame), omitted: frame.omitted, restarted: false };
  }

  #take({ events, last }: { events: readonly RoomEvent[]; last: number }): { events: RoomEvent[] } {
    const known = this.#last ?? 0;
    const fresh = events.filter(({ sequence }) => sequence > known);
    this.#last = Math.max(known, last, fresh.at(-1)?.sequence ?? 0);
    for (const event of fresh) this.#remember(event);
    return { events: fresh };
  }

  #remember(event: RoomEvent): void {
    if (event.body.type === "message-deleted") this.#messages.delete(event.body.message);
    if (event.body.type !== "message") return;
    this.#messages.set(event.sequence, event);
    const oldest = this.#messages.size > KEPT_MESSAGES ? this.#messages.keys().next().value : undefined;
    if (oldest !== undefined) this.#messages.delete(oldest);
  }
}
