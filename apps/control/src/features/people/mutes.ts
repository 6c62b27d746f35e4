import type { Clock } from "@sameroom/base";
import type { Sanction } from "../../db/schema.ts";
import { createRemembered } from "../../remembered.ts";
import type { SanctionStore } from "./sanction-store.ts";

/** Who is muted in a room, by participant; some of them may not be any more by now: look at `until`. */
export type MutesOf = (slug: string) => Promise<ReadonlyMap<string, Sanction>>;

/** Every message is held against them, so they are not asked for each time. Of other control processes they are known this late. */
const KEEP_MS = 1_000;
const MAX_ROOMS = 1_000;

/** Rooms' mutes, remembered; `forget`: somebody was muted, or is not any more. */
export function createMutes(
  store: Pick<SanctionStore, "mutesAt">,
  clock: Clock,
): { of: MutesOf; forget: () => void } {
  const { of, forget } = createRemembered(
    async (slug: string) => {
      const mutes = await store.mutesAt(slug, new Date(clock.unixMs()));
      // The newest counts.
      return new Map(mutes.reverse().map((mute) => [mute.participant, mute]));
    },
    { clock, keepMs: KEEP_MS, max: MAX_ROOMS },
  );
  return { of, forget };
}
