import type { Server } from "node:http";
import type { Log } from "@sameroom/base";
import { NO_INGEST, type Publisher, type RestreamStatus } from "@sameroom/contract";
import type { Time } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import type { Room } from "../db/schema.ts";
import type { AccountStore } from "../features/accounts/store.ts";
import type { BroadcastStore } from "../features/broadcasts/store.ts";
import { createRoomFindings } from "../features/doctor/room-findings.ts";
import { createFindingStore, type FindingStore } from "../features/doctor/store.ts";
import { listenToHost } from "../features/host/socket.ts";
import { createHostStatuses } from "../features/host/status.ts";
import { createLifecycle, type Lifecycle } from "../features/lifecycle/lifecycle.ts";
import { createLifeStore } from "../features/lifecycle/store.ts";
import { createPresence } from "../features/presence/presence.ts";
import { createRestreamStatuses } from "../features/restream/statuses.ts";
import { createRestreamStore, type RestreamStore } from "../features/restream/store.ts";
import { createRestreamTargets, type RestreamTargets } from "../features/restream/targets.ts";
import { findRoom } from "../features/rooms/find-room.ts";
import type { PictureFiles } from "../features/rooms/picture-files.ts";
import { createRoomPresenter, type RoomPresenter } from "../features/rooms/presenter.ts";
import type { OwnedRoom, RoomStore } from "../features/rooms/store.ts";
import type { StreamKeys } from "../features/stream-keys/keys.ts";
import type { RoomService } from "../features/tokens/playback.ts";
import type { TokenSigner } from "../features/tokens/signer.ts";
import type { MetricSources } from "../http/metrics.ts";
import { createLinkServer } from "../link/server.ts";
import { createWorkers, isFull, type Workers } from "../link/workers.ts";
import { ProblemError } from "../problem-error.ts";
import { createGateway, isHost } from "../realtime/gateway.ts";
import { createDoor } from "./door.ts";
import { createMediaFacts } from "./media-facts.ts";
import { createPrivacy } from "./privacy.ts";
import { createRoomPolicies } from "./room-policies.ts";
import { createRoomRecordings, type RoomRecordings } from "./room-recordings.ts";

export interface RoomLiveDeps {
  config: Pick<Config, "credentialKey" | "graceMs" | "mediaPublicUrl" | "nodeSecret" | "recordings">;
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
  readonly presenter: RoomPresenter;
  readonly recordings: RoomRecordings;
  readonly restream: {
    readonly store: RestreamStore;
    readonly targets: RestreamTargets;
    readonly statusOf: (slug: string, target: string) => RestreamStatus;
  };
  /** What was found in broadcasts. */
  readonly findings: FindingStore;
  /** A room's settings or looks are others now: everybody it concerns is told, also media. */
  roomChanged: (before: Room, after: OwnedRoom) => Promise<void>;
  /** Has the broadcast on air recorded, or not any more. Throws `room.not_live`. */
  record: (slug: string, on: boolean) => Promise<void>;
  /** What serves a room. */
  serviceOf: (slug: string) => RoomService;
  /** Base URL of a worker, which may be away; may begin with a colon. */
  mediaUrlOf: (worker: string) => string;
  mediaUrls: () => string[];
  /** Resolves when every fact of media so far is dealt with. */
  settled: () => Promise<void>;
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
      if (change.state === "live") {
        presence.tellViewers(slug);
        policies.send(slug);
        findings.begin(slug);
      }
      if (change.state !== "ended") return;
      statuses.forget(slug);
      restreamStatuses.forgetRoom(slug);
      if (broadcastId !== null) findings.end(slug, broadcastId);
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
  const door = createDoor(deps);
  const gateway = createGateway(deps.server, {
    ...{ time, log },
    admit: door.admit,
    async snapshot(admission) {
      const owned = await door.roomOf(admission);
      const { room: slug, sub, name, role } = admission.claims;
      return {
        room: await presenter.present(owned, admission.insider),
        you: { participant: sub, name, role },
        people: presence.peopleOf(slug),
        host: statuses.of(slug),
        graceEndsUnixMs: owned.room.graceEndsAt?.getTime() ?? null,
        serverUnixMs: time.unixMs(),
        ...(isHost(admission.claims) ? { source: sourceOf(slug), findings: findings.of(slug) } : {}),
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
  const recordings = createRoomRecordings({
    ...{ rules: config.recordings, db: deps.db, time, log, workers, lifecycle, rooms, gateway },
    announce: announceRoom,
  });
  const presenter = createRoomPresenter({
    viewersOf: presence.viewersOf,
    recordingsOf: recordings.recordingsOf,
  });
  const findingStore = createFindingStore(deps.db);
  const findings = createRoomFindings({
    ...{ store: findingStore, clock: time, log },
    broadcastOf: (slug) => lifecycle.onAir(slug)?.life.broadcastId ?? null,
    tell: (slug, found) => gateway.toHosts(slug, "host.findings", found),
  });
  const privacy = createPrivacy({ accounts: deps.accounts, presence, workers, gateway });
  const restreamStatuses = createRestreamStatuses(time);
  const restreamStore = createRestreamStore(deps.db);
  const restreamTargets = createRestreamTargets({
    ...{ store: restreamStore, sealingKey: config.credentialKey, clock: time, log },
    changed: (slug) => policies.restream(slug),
  });
  const policies = createRoomPolicies({
    ...{ rooms, broadcasts, lifecycle, workers, log },
    restreamOf: restreamTargets.ordersOf,
  });
  const mediaFacts = createMediaFacts({
    ...{ time, lifecycle, presence, workers, graceMs: config.graceMs },
    recordings: recordings.catalogue,
    carried(slug) {
      policies.send(slug);
      inBackground("strangers may be in a private room", keepPrivate(slug));
    },
    arrived: (slug, participant) =>
      inBackground("a stranger may be in a private room", privacy.arrived(slug, participant)),
    restream: {
      apply(worker, slug, targets) {
        restreamStatuses.apply(worker, slug, targets);
        gateway.toHosts(slug, "host.restream", [...targets]);
      },
      forgetWorker(worker) {
        for (const slug of restreamStatuses.forgetWorker(worker)) gateway.toHosts(slug, "host.restream", []);
      },
    },
    checkStreamKey: deps.streamKeys.check,
    health: (health) => gateway.toHosts(health.room, "host.health", health),
    findings,
    sourceChanged: (slug) => gateway.toHosts(slug, "host.source", sourceOf(slug)),
    failed: (error) => log.error("a stream key could not be checked", { err: error }),
  });
  const link = createLinkServer({ ...{ workers, time, log, nodeSecret: config.nodeSecret }, ...mediaFacts });
  deps.server.on("upgrade", (request, socket, head) => {
    if (link.handleUpgrade(request, socket, head)) return;
    if (request.url?.startsWith("/socket.io/")) return;
    socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });

  function sourceOf(slug: string): Publisher | null {
    const hosts = workers.all().flatMap(({ publishers }) => [...publishers.values()]);
    const here = hosts.filter(({ room, role }) => room === slug && role === "host");
    return here.sort((one, other) => other.sinceUnixMs - one.sinceUnixMs)[0] ?? null;
  }

  async function keepPrivate(slug: string): Promise<void> {
    const owned = await rooms.find(slug);
    if (owned !== null) await privacy.apply(owned.room);
  }

  async function announceRoom(owned: OwnedRoom): Promise<void> {
    const { slug } = owned.room;
    gateway.toAudience("outsiders", slug, "room.updated", await presenter.present(owned, false));
    gateway.toAudience("insiders", slug, "room.updated", await presenter.present(owned, true));
  }

  async function roomChanged(before: Room, after: OwnedRoom): Promise<void> {
    const { slug, title, visibility, recordingMode } = after.room;
    const changed = (key: keyof Room) => before[key] !== after.room[key];
    if (changed("visibility") || changed("recordingMode"))
      log.info("room settings", { room: slug, visibility, recordingMode });
    const broadcast = lifecycle.onAir(slug)?.life.broadcastId ?? null;
    // The mode is a newer word than what was ordered for this broadcast.
    if (changed("recordingMode") && broadcast !== null) await broadcasts.setRecordOn(broadcast, null);
    if (changed("visibility")) await privacy.apply(after.room);
    if (changed("visibility") || changed("recordingMode") || changed("title")) policies.sendEverywhere(slug);
    await announceRoom(after);
    if (changed("title")) gateway.toRoom(slug, "host.notice", { kind: "title", title });
  }

  async function changeTitle(slug: string, wanted: string): Promise<void> {
    const title = wanted.trim();
    const { room } = await findRoom(rooms, slug);
    if (title === "" || title === room.title) return;
    await rooms.update(room.id, { title });
    await roomChanged(room, await findRoom(rooms, slug));
  }

  async function record(slug: string, on: boolean): Promise<void> {
    const broadcast = lifecycle.onAir(slug)?.life.broadcastId ?? null;
    if (broadcast === null) throw new ProblemError("room.not_live");
    log.info(on ? "recording ordered" : "end of recording ordered", { room: slug, broadcast });
    await broadcasts.setRecordOn(broadcast, on);
    policies.record(slug, on);
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
    presenter,
    recordings,
    restream: { store: restreamStore, targets: restreamTargets, statusOf: restreamStatuses.of },
    findings: findingStore,
    roomChanged,
    record,
    serviceOf(slug) {
      const worker = workers.forRoom(slug, lifecycle.onAir(slug)?.life.worker ?? null);
      if (worker === null)
        return { mediaUrl: config.mediaPublicUrl, hls: false, full: false, ingest: NO_INGEST };
      const { publicUrl: mediaUrl, hls, ingest } = worker;
      return { mediaUrl, hls, ingest, full: isFull(worker) };
    },
    mediaUrlOf: (worker) => workers.get(worker)?.publicUrl ?? config.mediaPublicUrl,
    async settled() {
      await lifecycle.settled();
      await recordings.catalogue.settled();
      await policies.settled();
      await recordings.retention.settled();
      await findings.settled();
    },
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
      await recordings.retention.close();
      await lifecycle.close();
      await recordings.catalogue.settled();
      await policies.settled();
      await findings.settled();
    },
  };
}
