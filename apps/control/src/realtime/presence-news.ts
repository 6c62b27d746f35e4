import type { Presence } from "@sameroom/contract";

/** One way in which somebody is in a room. */
type Present = Presence & { id: string };

/** What control processes tell each other of who is where. `from` names the process. */
export type PresenceNews =
  | { type: "here"; from: string; slug: string; connection: Present }
  | { type: "gone"; from: string; slug: string; id: string }
  /** All that are here, again and again: news can get lost, and so can processes. */
  | { type: "all"; from: string; connections: { slug: string; connection: Present }[] };
