import type { Presence } from "@sameroom/contract";

/** One way in which somebody is in a room. */
type Present = Presence & { id: string };

/** How many a source counts in a room. */
interface Unnamed {
  slug: string;
  source: string;
  count: number;
}

/** What control processes tell each other of who is where. `from` names the process. */
export type PresenceNews =
  | { type: "here"; from: string; slug: string; connection: Present }
  | { type: "gone"; from: string; slug: string; id: string }
  /** So many more watch over a worker that is linked with it: players without names. */
  | ({ type: "unnamed"; from: string } & Unnamed)
  /** All that are here, again and again: news can get lost, and so can processes. */
  | {
      type: "all";
      from: string;
      connections: { slug: string; connection: Present }[];
      unnamed: Unnamed[];
    };
