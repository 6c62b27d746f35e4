import type { Server } from "node:http";
import type { Log } from "@sameroom/base";
import type { Audit } from "../audit.ts";
import type { Time } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import type { AccountStore } from "../features/accounts/store.ts";
import type { BroadcastStore } from "../features/broadcasts/store.ts";
import type { FindingStore } from "../features/doctor/store.ts";
import { createLifecycle, type Lifecycle } from "../features/lifecycle/lifecycle.ts";
import { createLifeStore } from "../features/lifecycle/store.ts";
import type { ModeratorStore } from "../features/people/moderator-store.ts";
import type { Standings } from "../features/people/standings.ts";
import type { PictureFiles } from "../features/rooms/picture-files.ts";
import { createRoomPresenter, type RoomPresenter } from "../features/rooms/presenter.ts";
import type { RoomStore } from "../features/rooms/store.ts";
import type { StreamKeys } from "../features/stream-keys/keys.ts";
import type { SubscriptionKeeper } from "../features/subscriptions/keeper.ts";
import type { TokenSigner } from "../features/tokens/signer.ts";
import type { MetricSources } from "../http/metrics.ts";
import { createLinkServer } from "../link/server.ts";
import { createWorkers, type Workers } from "../link/workers.ts";
import type { Money } from "../money.ts";
import { createGateway } from "../realtime/gateway.ts";
import type { Peers } from "../realtime/redis-peers.ts";
import { auditCommands } from "./audited-commands.ts";
import { type CommandUndo, createCommandUndo } from "./command-undo.ts";
import { currentSource } from "./current-source.ts";
import { createDoor } from "./door.ts";
import { createMediaFacts } from "./media-facts.ts";
import { createPrivacy } from "./privacy.ts";
import { createRoomBattles, type RoomBattles } from "./room-battles.ts";
import { createRoomChanges, type RoomChanges } from "./room-changes.ts";
import { createRoomChat, type RoomChat } from "./room-chat.ts";
import { createRoomGifts, type RoomGifts } from "./room-gifts.ts";
import { createRoomHost } from "./room-host.ts";
import { createRoomModeration, type RoomModeration } from "./room-moderation.ts";
import { createRoomPeople, type RoomPeople } from "./room-people.ts";
import { createRoomPolicies } from "./room-policies.ts";
import { createRoomPresence } from "./room-presence.ts";
import { createRoomRaids, type RoomRaids } from "./room-raids.ts";
import { createRoomRecordings, type RoomRecordings } from "./room-recordings.ts";
import { createRoomRemoval, type RemoveRoom } from "./room-removal.ts";
import { createRoomRestream, type RoomRestream } from "./room-restream.ts";
import { createRoomScreening, type RoomScreening } from "./room-screening.ts";
import { createRoomServices, type RoomServices } from "./room-service.ts";
import { createRoomSnapshots } from "./room-snapshot.ts";
import { createRoomStage, type RoomStage } from "./room-stage.ts";
import { createRoomSubscriptions } from "./room-subscriptions.ts";
import { createRoomThumbnails } from "./room-thumbnails.ts";
import { accountIdOf } from "./strangers.ts";

export interface RoomLiveDeps {
  config: Pick<
    Config,
    | "credentialKey"
    | "dataDir"
    | "graceMs"
    | "mediaPublicUrl"
    | "moderation"
    | "nodeSecret"
    | "recordings"
    | "screening"
  >;
  db: Database["orm"];
  time: Time;
  log: Log;
  server: Server;
  rooms: RoomStore;
  accounts: AccountStore;
  signer: TokenSigner;
  streamKeys: StreamKeys;
  broadcasts: BroadcastStore;
  covers: PictureFiles;
  thumbnails: PictureFiles;
  money: Money;
  /** This process has appended to a room's log. */
  appended: (slug: string) => void;
  /** A room is live, with a new show or again. */
  live: (slug: string, broadcastId: string) => void;
  /** A room's show is over. */
  ended: (slug: string) => void;
  standings: Standings;
  moderatorStore: ModeratorStore;
  audit: Audit;
  /** Other control processes on the same database. */
  peers: Peers | null;
}

/** Everything that happens in rooms now: media's facts in, sockets' events out. */
export interface RoomLive {
  readonly lifecycle: Lifecycle;
  readonly workers: Workers;
  readonly metrics: MetricSources;
  readonly presenter: RoomPresenter;
  readonly recordings: RoomRecordings;
  readonly people: RoomPeople;
  readonly chat: RoomChat;
  readonly gifts: RoomGifts;
  readonly battles: RoomBattles;
  /** Keeps subscriptions; started by the caller, closed with the rest. */
  readonly subscriptions: SubscriptionKeeper;
  readonly moderation: RoomModeration;
  readonly raids: RoomRaids;
  readonly restream: RoomRestream;
  readonly screening: RoomScreening;
  /** Takes back what staff did over their sockets. */
  readonly commandUndo: CommandUndo;
  /** Has a seat on the room's stage, and may publish. */
  readonly isGuest: RoomStage["isGuest"];
  /** Accounts of those who are in a room. */
  readonly accountsIn: (slug: string) => string[];
  /** What was found in broadcasts. */
  readonly findings: FindingStore;
  readonly changes: RoomChanges;
  readonly remove: RemoveRoom;
  /** What serves rooms. */
  readonly services: RoomServices;
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
  /** Of all control processes: each worker is linked with one. */
  const everyWorker: Pick<Workers, "broadcast"> = {
    broadcast(message) {
      workers.broadcast(message);
      gateway.tellPeersWorkers(message);
    },
  };
  const inBackground = (what: string, work: Promise<unknown>) => {
    work.catch((error: unknown) => log.warn(what, { err: error }));
  };
  const broadcastOf = (slug: string) => lifecycle.onAir(slug)?.life.broadcastId ?? null;

  const lifecycle = createLifecycle({
    ...{ store: lifeStore, time, log, graceMs: config.graceMs },
    announce(slug, change, broadcastId) {
      gateway.toRoom(slug, "room.state", change);
      const { state, reason } = change;
      chat.note(slug, { actor: null, body: { type: "state", state, broadcast: broadcastId, reason } });
      if (change.state === "live") {
        presence.tellViewers(slug);
        policies.send(slug);
        findings.begin(slug);
        stage.began(slug);
        if (broadcastId !== null) deps.live(slug, broadcastId);
      }
      battles.state(slug, change);
      if (change.state !== "ended") return;
      stage.ended(slug);
      statuses.forget(slug);
      restream.forgetRoom(slug);
      raids.ended(slug);
      if (broadcastId !== null) findings.end(slug, broadcastId);
      if (broadcastId !== null)
        inBackground("a peak was not saved", broadcasts.raisePeak(broadcastId, presence.peakOf(slug)));
      thumbnails.drop(slug);
      deps.ended(slug);
    },
    endMedia: (slug) => everyWorker.broadcast({ type: "end-room", room: slug }),
  });
  const here = createRoomPresence({
    ...{ time, hasPeers: deps.peers !== null, gateway: () => gateway },
    left: (slug, who) => stage.left(slug, who.participant),
    viewers(slug, count, peak) {
      const onAir = lifecycle.onAir(slug);
      if (onAir === null) return;
      const { broadcastId } = onAir.life;
      inBackground("viewers were not saved", lifeStore.saveViewers(onAir.roomId, count));
      if (broadcastId !== null) inBackground("a peak was not saved", broadcasts.raisePeak(broadcastId, peak));
    },
  });
  const presence = here.everybody;
  const chat = createRoomChat({
    ...{ db: deps.db, rooms, time, log, namedIn: presence.peopleOf },
    toPeers: deps.peers === null ? null : (slug, events) => gateway.tellPeers(slug, events),
    people: {
      screen: (slug, draft) => moderation.screen(slug, draft),
      follows: (account, slug) => moderation.follows.follows(account, slug),
      subscribes: (account, slug) => subscriptions.subscribes(account, slug),
    },
    appended: deps.appended,
    deliver: (slug, frames) => gateway.deliver(slug, { type: "log", frames }),
    react: (slug, counts) => gateway.react(slug, counts),
  });
  const gifts = createRoomGifts({
    ...{ money: deps.money, rooms, time, log, broadcastOf },
    async append(slug, draft) {
      const event = await chat.append(slug, draft);
      battles.gift(slug);
      return event;
    },
  });
  const subscriptions = createRoomSubscriptions({
    ...{ subscriptions: deps.money.subscriptions, rooms, append: chat.append },
    gateway: () => gateway,
    privacy: () => privacy,
  });
  const people: RoomPeople = createRoomPeople({
    ...deps,
    ...{ presence, workers: everyWorker, append: chat.append },
    gateway: () => gateway,
    stage: () => stage,
  });
  const moderation: RoomModeration = createRoomModeration({
    ...{ config, db: deps.db, time, log, rooms, people, audit: deps.audit },
    ...{ events: chat.store, append: chat.append },
  });
  const stage: RoomStage = createRoomStage({
    ...{ db: deps.db, time, log, workers, presence, append: chat.append },
    isOnAir: (slug) => lifecycle.onAir(slug) !== null,
    hostPicture: (slug) => host.pictureOf(slug),
    hostDevices: (slug) => host.devicesOf(slug),
    refuseMuted: people.admission.refuseMuted,
    gateway: () => gateway,
  });
  const battles: RoomBattles = createRoomBattles({
    ...{ db: deps.db, time, log, rooms, stage, append: chat.append },
    gateway: () => gateway,
  });
  const host = createRoomHost({
    ...{ db: deps.db, time, log, workers, chat, broadcastOf, gateway: () => gateway },
    changeTitle: (slug, title) => changes.changeTitle(slug, title),
    pictureChanged: (slug) => stage.began(slug),
    devicesChanged: (slug) => stage.hostDevices(slug),
    end: (slug) => lifecycle.end(slug, "host"),
  });
  const { statuses, findings } = host;
  const raids: RoomRaids = createRoomRaids({
    ...{ db: deps.db, time, log, rooms, append: chat.append, viewersOf: presence.viewersOf },
    end: (slug) => lifecycle.end(slug, "host"),
  });
  const seen: RoomScreening = createRoomScreening({
    ...{ config, db: deps.db, time, log, rooms, broadcastOf, append: chat.append, audit: deps.audit },
    veilChanged: (slug) => changes.announceAt(slug),
  });
  const { screening } = seen;
  const door = createDoor({
    ...deps,
    refuseBanned: people.admission.refuseBanned,
    onStage: stage.standingsOf,
    monthsOf: async (...of) => (await deps.money.subscriptions.running(...of))?.months ?? null,
  });
  const commandUndo = createCommandUndo({
    ...{ events: chat.store, append: chat.append, stage, audit: deps.audit },
  });
  const gateway = createGateway(deps.server, {
    ...{ time, log, peers: deps.peers },
    admit: door.admit,
    appendedElsewhere(slug, events) {
      if (events.some(({ body }) => body.type === "moderation")) people.forgetMutes();
      chat.takeFromPeer(slug, events);
    },
    presenceElsewhere: here.take,
    toldWorkersElsewhere: workers.broadcast,
    snapshot: (...whose) => snapshotRoom(...whose),
    async desk(admission) {
      const [{ hands }, { battleDesk }] = await Promise.all([
        stage.snapshotFor(admission),
        battles.snapshotFor(admission),
      ]);
      return { ...(hands && { hands }), ...(battleDesk && { battleDesk }) };
    },
    entered({ room, sub, name, role }, id) {
      here.arrivals.attach(room, { id: `socket:${id}`, participant: sub, name, role });
      chat.entered(room);
    },
    left({ room }, id) {
      here.arrivals.detach(room, `socket:${id}`);
      chat.left(room);
    },
    commands: auditCommands(
      {
        ...people.commands,
        ...chat.commands,
        ...moderation.commands,
        ...gifts.commands,
        ...stage.commands,
        ...host.commands,
        ...raids.commands,
        ...battles.commands,
      },
      { audit: deps.audit, rooms, undo: commandUndo },
    ),
  });
  const recordings = createRoomRecordings({
    ...{ rules: config.recordings, db: deps.db, time, log, workers, lifecycle, rooms, gateway },
    announce: (room) => changes.announce(room),
  });
  const presenter = createRoomPresenter({
    viewersOf: presence.viewersOf,
    recordingsOf: recordings.recordingsOf,
    veiledAmong: screening.veiledAmong,
  });
  const snapshotRoom = createRoomSnapshots({
    ...{ time, workers, presence, presenter, statuses, findings, chat, stage, battles, door, raids },
    screening,
  });
  const thumbnails = createRoomThumbnails({
    ...{ rooms, files: deps.thumbnails, lifecycle, log },
    seen: screening.take,
  });
  const privacy = createPrivacy({
    ...{ accounts: deps.accounts, presence, workers: everyWorker, gateway },
    moderatorsAmong: deps.moderatorStore.among,
    subscribersAmong: deps.money.subscriptions.among,
    isGuest: stage.isGuest,
  });
  const restream = createRoomRestream({
    ...{ db: deps.db, credentialKey: config.credentialKey, time, log, gateway },
    changed: (slug) => policies.restream(slug),
  });
  const policies = createRoomPolicies({
    ...{ rooms, broadcasts, lifecycle, workers, log },
    restreamOf: restream.targets.ordersOf,
  });
  const changes = createRoomChanges({
    ...{ rooms, broadcasts, lifecycle, presenter, privacy, policies, gateway, chat, log },
  });
  const mediaFacts = createMediaFacts({
    ...{ time, lifecycle, presence: here.arrivals, workers, graceMs: config.graceMs },
    recordings: recordings.catalogue,
    stage,
    carried(slug) {
      policies.send(slug);
      stage.began(slug);
      inBackground("strangers may be in a private room", keepPrivate(slug));
    },
    arrived(slug, participant) {
      inBackground("a stranger may be in a private room", privacy.arrived(slug, participant));
      inBackground("somebody banned may be in a room", people.arrived(slug, participant));
    },
    restream: restream.facts,
    checkStreamKey: deps.streamKeys.check,
    health: (health) => gateway.toHosts(health.room, "host.health", health),
    findings,
    thumbnail: thumbnails.take,
    sourceChanged: (slug) => gateway.toHosts(slug, "host.source", currentSource(workers, slug)),
    failed: (error) => log.error("a stream key could not be checked", { err: error }),
  });
  const link = createLinkServer({ ...{ workers, time, log, nodeSecret: config.nodeSecret }, ...mediaFacts });
  deps.server.on("upgrade", (request, socket, head) => {
    if (link.handleUpgrade(request, socket, head)) return;
    if (request.url?.startsWith("/socket.io/")) return;
    socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });

  async function keepPrivate(slug: string): Promise<void> {
    const owned = await rooms.find(slug);
    if (owned !== null) await privacy.apply(owned.room);
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
    people,
    chat,
    gifts,
    battles,
    subscriptions: subscriptions.keeper,
    moderation,
    raids,
    restream,
    screening: seen,
    commandUndo,
    isGuest: stage.isGuest,
    accountsIn: (slug) => presence.participantsOf(slug).flatMap((one) => accountIdOf(one) ?? []),
    findings: host.findingStore,
    changes,
    remove: createRoomRemoval({
      ...{ rooms, lifecycle, workers, gateway, clock: time, log },
      ...{ retention: recordings.retention, covers: deps.covers },
    }),
    services: createRoomServices({ workers, lifecycle, fallbackUrl: config.mediaPublicUrl }),
    async settled() {
      await lifecycle.settled();
      await battles.settled();
      await stage.settled();
      await recordings.catalogue.settled();
      await policies.settled();
      await recordings.retention.settled();
      await findings.settled();
      await thumbnails.settled();
      await raids.settled();
      await screening.settled();
      await subscriptions.keeper.settled();
      await chat.settled();
    },
    async shutOut(participant, slugs) {
      gateway.disconnect(participant);
      everyWorker.broadcast({ type: "close-participant", participant });
      for (const slug of slugs)
        if (lifecycle.onAir(slug) !== null) await lifecycle.end(slug, "moderator").catch(() => {});
    },
    async close() {
      link.close();
      mediaFacts.close();
      here.leave();
      await gateway.close();
      here.close();
      await recordings.retention.close();
      await raids.close();
      await screening.close();
      await lifecycle.close();
      await battles.close();
      await stage.close();
      await recordings.catalogue.settled();
      await policies.settled();
      await findings.settled();
      await thumbnails.settled();
      await gifts.close();
      await subscriptions.keeper.close();
      await chat.close();
    },
  };
}
