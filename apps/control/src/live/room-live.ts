import type { Server } from "node:http";
import type { Log } from "@sameroom/base";
import type { RoomView } from "@sameroom/contract";
import type { Time } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import type { AccountStore } from "../features/accounts/store.ts";
import type { BroadcastStore } from "../features/broadcasts/store.ts";
import { listenToHost } from "../features/host/socket.ts";
import { createHostStatuses } from "../features/host/status.ts";
import { createLifecycle, type Lifecycle } from "../features/lifecycle/lifecycle.ts";
import { createLifeStore } from "../features/lifecycle/store.ts";
import { createPresence } from "../features/presence/presence.ts";
import { findRoom } from "../features/rooms/find-room.ts";
import type { PictureFiles } from "../features/rooms/picture-files.ts";
import { presentRoom } from "../features/rooms/present.ts";
import type { RoomStore } from "../features/rooms/store.ts";
import type { StreamKeys } from "../features/stream-keys/keys.ts";
import type { TokenSigner } from "../features/tokens/signer.ts";
import type { MetricSources } from "../http/metrics.ts";
import { createLinkServer } from "../link/server.ts";
import { createWorkers, type Workers } from "../link/workers.ts";
import { ProblemError } from "../problem-error.ts";
import { createGateway } from "../realtime/gateway.ts";
import { createMediaFacts } from "./media-facts.ts";

export interface RoomLiveDeps {
  config: Pick<Config, "graceMs" | "mediaPublicUrl" | "nodeSecret">;
  db: Database["orm"];
  time: Time;
  log: Log;
  server: Server;
  rooms: RoomStore;
  accounts: AccountStore;
  signer: TokenSigner;
  streamKeys: StreamKeys;
  broadcasts: BroadcastStore;
  thumbnails: PictureFiles;
}

/** Everything that happens in rooms now: media's facts in, sockets' events out. */
export interface RoomLive {
  readonly lifecycle: Lifecycle;
  readonly workers: Workers;
  readonly metrics: MetricSources;
  viewersOf: (slug: string) => number;
  announceUpdate: (room: RoomView, change: { titleChanged: boolean }) => void;
  mediaUrlOf: (slug: string) => string;
  mediaUrls: () => string[];
  /** Closes a participant's sockets and media, and ends these rooms where they are on air. */
  shutOut: (participant: string, slugs: readonly string[]) => Promise<void>;
  close: () => Promise<void>;
}

/** Wires lifecycle, presence, sockets and the link to one another. */
export function createRoomLive(deps: RoomLiveDeps): RoomLive {
  const { config, time, log, rooms, broadcasts } = deps;
  const lifeStore = createLifeStore(deps.db);
  const workers = createWorkers();
  const statuses = createHostStatuses();
  const inBackground = (what: string, work: Promise<unknown>) => {
    work.catch((error: unknown) => log.warn(what, { err: error }));
  };

  const lifecycle = createLifecycle({
    ...{ store: lifeStore, time, log, graceMs: config.graceMs },
    announce(slug, change, broadcastId) {
      gateway.toRoom(slug, "room.state", change);
      if (change.state === "live") presence.tellViewers(slug);
      if (change.state !== "ended") return;
      statuses.forget(slug);
      if (broadcastId !== null)
        inBackground("a peak was not saved", broadcasts.raisePeak(broadcastId, presence.peakOf(slug)));
      inBackground("a thumbnail stays", dropThumbnail(slug));
    },
    endMedia: (slug) => workers.broadcast({ type: "end-room", room: slug }),
  });
  const presence = createPresence({
    time,
    joined: (slug, who) => gateway.toRoom(slug, "presence.joined", who),
    left: (slug, who) => gateway.toRoom(slug, "presence.left", who),
    viewers(slug, count, peak) {
      gateway.toRoom(slug, "room.viewers", count);
      const onAir = lifecycle.onAir(slug);
      if (onAir === null) return;
      const { broadcastId } = onAir.life;
      inBackground("viewers were not saved", lifeStore.saveViewers(onAir.roomId, count));
      if (broadcastId !== null) inBackground("a peak was not saved", broadcasts.raisePeak(broadcastId, peak));
    },
  });
  const gateway = createGateway(deps.server, {
    ...{ time, log },
    async admit(token) {
      const claims = await deps.signer.verify(token);
      if (!claims.grants.subscribe) throw new ProblemError("token.no_grant");
      await findRoom(rooms, claims.room);
      if (claims.sub.startsWith("user:")) {
        const account = await deps.accounts.byId(claims.sub.slice("user:".length));
        if (account === null || account.disabled) throw new ProblemError("account.disabled");
      }
      return claims;
    },
    async snapshot({ room: slug, sub, name, role }) {
      const owned = await findRoom(rooms, slug);
      return {
        room: presentRoom(owned, presence.viewersOf(slug)),
        you: { participant: sub, name, role },
        people: presence.peopleOf(slug),
        host: statuses.of(slug),
        graceEndsUnixMs: owned.room.graceEndsAt?.getTime() ?? null,
        serverUnixMs: time.unixMs(),
      };
    },
    entered: ({ room, sub, name, role }, id) =>
      presence.attach(room, { id: `socket:${id}`, participant: sub, name, role }),
    left: ({ room }, id) => presence.detach(room, `socket:${id}`),
    listen: (socket, answer) =>
      listenToHost(socket, answer, {
        statuses,
        tell: (slug, notice) => gateway.toRoom(slug, "host.notice", notice),
        changeTitle,
        end: (slug) => lifecycle.end(slug, "host"),
      }),
  });
  const mediaFacts = createMediaFacts({
    ...{ time, lifecycle, presence, workers, graceMs: config.graceMs },
    checkStreamKey: deps.streamKeys.check,
    health: (health) => gateway.toHosts(health.room, "host.health", health),
    failed: (error) => log.error("a stream key could not be checked", { err: error }),
  });
  const link = createLinkServer({ ...{ workers, time, log, nodeSecret: config.nodeSecret }, ...mediaFacts });
  deps.server.on("upgrade", (request, socket, head) => {
    if (link.handleUpgrade(request, socket, head)) return;
    if (request.url?.startsWith("/socket.io/")) return;
    socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });

  function announceUpdate(room: RoomView, { titleChanged }: { titleChanged: boolean }): void {
    gateway.toRoom(room.slug, "room.updated", room);
    if (titleChanged) gateway.toRoom(room.slug, "host.notice", { kind: "title", title: room.title });
  }

  async function changeTitle(slug: string, wanted: string): Promise<void> {
    const title = wanted.trim();
    const { room } = await findRoom(rooms, slug);
    if (title === "" || title === room.title) return;
    await rooms.update(room.id, { title });
    announceUpdate(presentRoom(await findRoom(rooms, slug), presence.viewersOf(slug)), {
      titleChanged: true,
    });
  }

  async function dropThumbnail(slug: string): Promise<void> {
    const { room } = await findRoom(rooms, slug);
    if (room.thumbnailFile === null) return;
    await rooms.update(room.id, { thumbnailFile: null });
    await deps.thumbnails.remove(room.thumbnailFile);
  }

  return {
    lifecycle,
    workers,
    metrics: {
      sockets: () => gateway.sockets,
      roomsOnAir: () => lifecycle.slugs().length,
      roomsWithPeople: () => presence.rooms,
      workersConnected: () => workers.all().filter(({ send }) => send !== null).length,
      invalidLinkMessages: () => link.invalidMessages,
    },
    viewersOf: presence.viewersOf,
    announceUpdate,
    mediaUrlOf: (slug) =>
      workers.forRoom(slug, lifecycle.onAir(slug)?.life.worker ?? null)?.publicUrl ?? config.mediaPublicUrl,
    mediaUrls: () => [
      ...new Set([config.mediaPublicUrl, ...workers.all().map(({ publicUrl }) => publicUrl)]),
    ],
    async shutOut(participant, slugs) {
      gateway.disconnect(participant);
      workers.broadcast({ type: "close-participant", participant });
      for (const slug of slugs)
        if (lifecycle.onAir(slug) !== null) await lifecycle.end(slug, "moderator").catch(() => {});
    },
    async close() {
      link.close();
      mediaFacts.close();
      await gateway.close();
      presence.close();
      await lifecycle.close();
    },
  };
}
