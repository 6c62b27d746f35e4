import type {
  GoneReason,
  MediaSession,
  Publisher,
  PublisherHealth,
  RestreamStatus,
} from "@sameroom/contract";
import type { Time } from "../clock.ts";
import type { RoomFindings } from "../features/doctor/room-findings.ts";
import type { Lifecycle } from "../features/lifecycle/lifecycle.ts";
import type { Catalogue } from "../features/recordings/catalogue.ts";
import type { StreamKeys } from "../features/stream-keys/keys.ts";
import type { LinkPorts } from "../link/server.ts";
import type { Workers } from "../link/workers.ts";
import type { Arrivals } from "./shared-presence.ts";

export interface MediaFactsDeps {
  time: Time;
  lifecycle: Lifecycle;
  presence: Arrivals;
  workers: Workers;
  checkStreamKey: StreamKeys["check"];
  health: (health: PublisherHealth) => void;
  findings: Pick<RoomFindings, "take" | "clear">;
  /** What a room's show looks like: a JPEG, base64. */
  thumbnail: (slug: string, jpeg: string) => void;
  /** Another session is a room's source now, or another way. */
  sourceChanged: (slug: string) => void;
  /** A stream key could not be checked; media was told that it is not valid. */
  failed: (error: unknown) => void;
  recordings: Pick<Catalogue, "hello" | "fact" | "deleted">;
  restream: {
    /** How a room's targets are doing, says the worker. */
    apply(worker: string, slug: string, targets: readonly RestreamStatus[]): void;
    /** What the worker said is not true any more. */
    forgetWorker(worker: string): void;
  };
  /** Somebody publishes, or does not any more. */
  stage: {
    publisher(publisher: Publisher): void;
    publisherGone(publisher: Publisher, reason: GoneReason): void;
  };
  /** Media carries this room now: it must know how to treat it. */
  carried: (slug: string) => void;
  /** Somebody watches over media. */
  arrived: (slug: string, participant: string) => void;
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
    hello({ worker, publishers, viewers, recordings, findings, audiences }) {
      away.get(worker)?.();
      away.delete(worker);
      presence.replace(
        connectionsOf(worker),
        [...publishers, ...viewers].map((one) => ({ slug: one.room, connection: connection(worker, one) })),
      );
      presence.replaceUnnamed(
        connectionsOf(worker),
        audiences.map(({ room, players }) => ({ slug: room, source: connectionsOf(worker), count: players })),
      );
      lifecycle.rollCall(worker, publishers);
      deps.recordings.hello(worker, recordings);
      deps.restream.forgetWorker(worker);
      const interrupted = lifecycle.slugs().filter((slug) => lifecycle.onAir(slug)?.life.worker === worker);
      for (const slug of new Set([...publishers.map(({ room }) => room), ...interrupted])) deps.carried(slug);
      for (const { room } of publishers) {
        deps.sourceChanged(room);
        deps.findings.take(room, findings.find((one) => one.room === room)?.findings ?? []);
      }
      for (const { room, participant } of viewers) deps.arrived(room, participant);
    },
    fact(worker, fact) {
      switch (fact.type) {
        case "publisher": {
          const { id, room, participant } = fact.publisher;
          const isNew = !worker.publishers.has(id);
          worker.publishers.set(id, fact.publisher);
          lifecycle.publisher(worker.name, fact.publisher);
          deps.stage.publisher(fact.publisher);
          if (fact.publisher.role === "host") deps.sourceChanged(room);
          if (!isNew) return;
          presence.attach(room, connection(worker.name, fact.publisher));
          deps.carried(room);
          return deps.arrived(room, participant);
        }
        case "publisher-gone": {
          const gone = worker.publishers.get(fact.session);
          worker.publishers.delete(fact.session);
          presence.detach(fact.room, `${connectionsOf(worker.name)}${fact.session}`);
          if (gone !== undefined) deps.stage.publisherGone(gone, fact.reason);
          if (gone?.role === "host") deps.sourceChanged(fact.room);
          return lifecycle.publisherGone(fact);
        }
        case "viewer":
          presence.attach(fact.viewer.room, connection(worker.name, fact.viewer));
          return deps.arrived(fact.viewer.room, fact.viewer.participant);
        case "viewer-gone":
          return presence.detach(fact.room, `${connectionsOf(worker.name)}${fact.session}`);
        case "audience":
          return presence.setUnnamed(fact.room, connectionsOf(worker.name), fact.players);
        case "recording":
          return deps.recordings.fact(worker.name, fact.recording);
        case "recording-deleted":
          return deps.recordings.deleted(worker.name, fact.id);
        case "restream-state":
          return deps.restream.apply(worker.name, fact.room, fact.targets);
        case "thumbnail":
          return deps.thumbnail(fact.room, fact.jpeg);
        case "findings":
          return deps.findings.take(fact.room, fact.findings);
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
      for (const { room, role } of workers.get(worker)?.publishers.values() ?? [])
        if (role === "host") deps.findings.clear(room);
      away.get(worker)?.();
      away.set(
        worker,
        time.after(deps.graceMs, () => {
          away.delete(worker);
          presence.replace(connectionsOf(worker), []);
          presence.replaceUnnamed(connectionsOf(worker), []);
          deps.restream.forgetWorker(worker);
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
