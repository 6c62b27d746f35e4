import type { MediaSession, PublisherHealth } from "@sameroom/contract";
import type { Time } from "../clock.ts";
import type { Lifecycle } from "../features/lifecycle/lifecycle.ts";
import type { PresenceService } from "../features/presence/presence.ts";
import type { StreamKeys } from "../features/stream-keys/keys.ts";
import type { LinkPorts } from "../link/server.ts";
import type { Workers } from "../link/workers.ts";

export interface MediaFactsDeps {
  time: Time;
  lifecycle: Lifecycle;
  presence: PresenceService;
  workers: Workers;
  checkStreamKey: StreamKeys["check"];
  health: (health: PublisherHealth) => void;
  /** A stream key could not be checked; media was told that it is not valid. */
  failed: (error: unknown) => void;
  /** Viewers of a worker that stays away this long are gone. */
  graceMs: number;
}

/** Hands what media says to the parts it concerns. */
export function createMediaFacts(deps: MediaFactsDeps): LinkPorts & { close: () => void } {
  const { lifecycle, presence, workers, time } = deps;
  const away = new Map<string, () => void>();
  /** Links that end because we do say nothing of their workers. */
  let closed = false;
  const connectionsOf = (worker: string) => `media:${worker}:`;
  const connection = (worker: string, { id, participant, name, role }: MediaSession) => ({
    ...{ participant, name, role },
    id: `${connectionsOf(worker)}${id}`,
  });

  return {
    hello({ worker, publishers, viewers }) {
      away.get(worker)?.();
      away.delete(worker);
      presence.replace(
        connectionsOf(worker),
        viewers.map((viewer) => ({ slug: viewer.room, connection: connection(worker, viewer) })),
      );
      lifecycle.rollCall(worker, publishers);
    },
    fact(worker, fact) {
      switch (fact.type) {
        case "publisher":
          worker.publishers.set(fact.publisher.id, fact.publisher);
          return lifecycle.publisher(worker.name, fact.publisher);
        case "publisher-gone": {
          worker.publishers.delete(fact.session);
          return lifecycle.publisherGone(fact);
        }
        case "viewer":
          return presence.attach(fact.viewer.room, connection(worker.name, fact.viewer));
        case "viewer-gone":
          return presence.detach(fact.room, `${connectionsOf(worker.name)}${fact.session}`);
        case "health":
          worker.load = fact.load;
          // Hosts are told of their own connection, not of their guests'.
          for (const health of fact.publishers)
            if (worker.publishers.get(health.session)?.role !== "guest") deps.health(health);
          return;
        case "check-stream-key": {
          const { request, room, key } = fact;
          deps.checkStreamKey(room, key).then(
            (identity) => worker.send?.({ type: "stream-key", request, identity }),
            (error: unknown) => {
              deps.failed(error);
              worker.send?.({ type: "stream-key", request, identity: null });
            },
          );
        }
      }
    },
    lost(worker) {
      if (closed) return;
      lifecycle.workerLost(worker);
      away.get(worker)?.();
      away.set(
        worker,
        time.after(deps.graceMs, () => {
          away.delete(worker);
          presence.replace(connectionsOf(worker), []);
          workers.get(worker)?.publishers.clear();
        }),
      );
    },
    close() {
      closed = true;
      for (const cancel of away.values()) cancel();
      away.clear();
    },
  };
}
