import type { Log } from "@sameroom/base";
import type { RestreamStatus } from "@sameroom/contract";
import type { Time } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import { createRestreamStatuses } from "../features/restream/statuses.ts";
import { createRestreamStore, type RestreamStore } from "../features/restream/store.ts";
import { createRestreamTargets, type RestreamTargets } from "../features/restream/targets.ts";
import type { Gateway } from "../realtime/gateway.ts";
import type { MediaFactsDeps } from "./media-facts.ts";

/** Where rooms' shows are sent on to, and how that goes. */
export interface RoomRestream {
  readonly store: RestreamStore;
  readonly targets: RestreamTargets;
  readonly statusOf: (slug: string, target: string) => RestreamStatus;
  /** What media says of it. */
  readonly facts: MediaFactsDeps["restream"];
  /** The show is over. */
  forgetRoom(slug: string): void;
}

export function createRoomRestream(deps: {
  db: Database["orm"];
  credentialKey: Config["credentialKey"];
  time: Time;
  log: Log;
  gateway: Pick<Gateway, "toHosts">;
  /** A room's targets are others now. */
  changed: (slug: string) => void;
}): RoomRestream {
  const { time, log, gateway } = deps;
  const statuses = createRestreamStatuses(time);
  const store = createRestreamStore(deps.db);
  const targets = createRestreamTargets({
    ...{ store, sealingKey: deps.credentialKey, clock: time, log },
    changed: deps.changed,
  });
  return {
    store,
    targets,
    statusOf: statuses.of,
    facts: {
      apply(worker, slug, now) {
        statuses.apply(worker, slug, now);
        gateway.toHosts(slug, "host.restream", [...now]);
      },
      forgetWorker(worker) {
        for (const slug of statuses.forgetWorker(worker)) gateway.toHosts(slug, "host.restream", []);
      },
    },
    forgetRoom: statuses.forgetRoom,
  };
}
