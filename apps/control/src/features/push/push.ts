import type { Log } from "@sameroom/base";
import type { Time } from "../../clock.ts";
import type { Room } from "../../db/schema.ts";
import type { PushSender } from "./sender.ts";
import type { PushStore } from "./store.ts";

/** Tells followers' devices that somebody is live. */
export interface Push {
  /** A room went live; the same show again, or one soon after another, is not told. */
  live(slug: string, broadcastId: string): void;
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Who goes off and on again is not told of a second time. */
const QUIET_MS = 10 * 60_000;
/** A message that comes later than this is of no use. */
const OF_USE_MS = 3_600_000;

export function createPush(deps: {
  store: Pick<PushStore, "announce">;
  sender: PushSender;
  find: (slug: string) => Promise<{ room: Room; ownerName: string } | null>;
  time: Time;
  log: Log;
}): Push {
  const { store, sender, time, log } = deps;
  const work = new Set<Promise<void>>();

  async function announce(slug: string, broadcastId: string): Promise<void> {
    const owned = await deps.find(slug);
    if (owned === null || owned.room.visibility !== "public") return;
    const { room, ownerName } = owned;
    const now = time.unixMs();
    const isNews = await store.announce({
      ...{ broadcastId, roomId: room.id, ownerId: room.ownerId, now: new Date(now) },
      message: { type: "live", room: slug, title: room.title, host: ownerName },
      ...{ quietSince: new Date(now - QUIET_MS), expiresAt: new Date(now + OF_USE_MS) },
    });
    if (isNews) sender.wake();
  }

  return {
    live(slug, broadcastId) {
      const telling = announce(slug, broadcastId).catch((error: unknown) =>
        log.warn("followers could not be told", { room: slug, err: error }),
      );
      work.add(telling);
      void telling.finally(() => work.delete(telling));
    },
    async settled() {
      while (work.size > 0) await Promise.all(work);
      await sender.settled();
    },
    async close() {
      while (work.size > 0) await Promise.all(work);
      await sender.close();
    },
  };
}
