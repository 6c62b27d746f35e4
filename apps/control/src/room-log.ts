import type { Actor, EventBody, RoomEvent } from "@sameroom/contract";

/** Something that is to be in a room's log. */
export interface EventDraft {
  body: EventBody;
  /** Null: the server itself. */
  actor: Actor | null;
  /** UUID; the same of the same actor in the same room is appended once, later drafts get the first event. Default: none. */
  clientId?: string | null;
  /** Capture time of the picture the actor saw, ms since 1970. Default: none. */
  captureUnixMs?: number | null;
  /** Default `all`. */
  audience?: RoomEvent["audience"];
}

/** A room's log as features append to it; resolves when the event is in the database, in its place in the order. */
export type AppendEvent = (slug: string, draft: EventDraft) => Promise<RoomEvent>;

/** The same for who needs nothing of the event. */
export type TellRoom = (slug: string, draft: EventDraft) => Promise<unknown>;
