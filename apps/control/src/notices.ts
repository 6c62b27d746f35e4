import type { Log } from "@sameroom/base";
import type { Time } from "./clock.ts";
import type { Database } from "./db/database.ts";
import { ensurePushKeys } from "./features/push/keys.ts";
import { createPush, type Push } from "./features/push/push.ts";
import { pushRoutes } from "./features/push/routes.ts";
import { createPushSender } from "./features/push/sender.ts";
import { createPushStore } from "./features/push/store.ts";
import type { RoomStore } from "./features/rooms/store.ts";
import type { Poster } from "./features/webhooks/post.ts";
import type { Http } from "./http/types.ts";

/** Notices to people who are not here. */
export interface Notices extends Push {
  addRoutes(http: Http): void;
  start(): void;
}

export async function createNotices(deps: {
  db: Database["orm"];
  rooms: Pick<RoomStore, "find">;
  poster: Poster;
  /** Whether push services may be in private networks. */
  allowPrivate: boolean;
  sealingKey: Buffer;
  contact: string;
  time: Time;
  random: () => number;
  log: Log;
}): Promise<Notices> {
  const { rooms, poster, time, log } = deps;
  const store = createPushStore(deps.db);
  const keys = await ensurePushKeys(store, deps.sealingKey);
  const sender = createPushSender({ ...deps, store, keys, post: poster.post });
  const push = createPush({ store, sender, find: rooms.find, time, log });
  return {
    ...push,
    start: sender.start,
    addRoutes(http) {
      const { publicKey } = keys;
      pushRoutes(http, { store, publicKey, allowPrivate: deps.allowPrivate, clock: time });
    },
    async close() {
      poster.close();
      await push.close();
    },
  };
}
