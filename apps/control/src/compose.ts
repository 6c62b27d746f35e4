import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type ChildToSupervisor, may } from "@sameroom/contract";
import { type Listening, TlsCertificate } from "@sameroom/http";
import type { Logger } from "pino";
import type { Time } from "./clock.ts";
import type { Config } from "./config.ts";
import type { Database } from "./db/database.ts";
import { createAuthenticate } from "./features/accounts/authenticate.ts";
import { ensureAdmin } from "./features/accounts/commands/ensure-admin.ts";
import { createPasswords } from "./features/accounts/passwords.ts";
import { accountRoutes } from "./features/accounts/routes.ts";
import { createSessionStore } from "./features/accounts/session-store.ts";
import { createSessions } from "./features/accounts/sessions.ts";
import { createAccountStore } from "./features/accounts/store.ts";
import { adminRoutes } from "./features/admin/routes.ts";
import { createAdminStore } from "./features/admin/store.ts";
import { createApiKeys } from "./features/api-keys/keys.ts";
import { apiKeyRoutes } from "./features/api-keys/routes.ts";
import { createApiKeyStore } from "./features/api-keys/store.ts";
import { createAudit } from "./features/audit/audit.ts";
import { auditRoutes } from "./features/audit/routes.ts";
import { createAuditStore } from "./features/audit/store.ts";
import { createBroadcastStore } from "./features/broadcasts/store.ts";
import { createDemo } from "./features/demo/demo.ts";
import { mayRunDemo } from "./features/demo/policy.ts";
import { demoRoutes } from "./features/demo/routes.ts";
import { doctorRoutes } from "./features/doctor/routes.ts";
import { eventRoutes } from "./features/events/routes.ts";
import { createFileLibrary } from "./features/files/library.ts";
import { createPlaybacks, type Playbacks } from "./features/files/playbacks.ts";
import { fileRoutes } from "./features/files/routes.ts";
import { followRoutes } from "./features/follows/routes.ts";
import { lifecycleRoutes } from "./features/lifecycle/routes.ts";
import { moderationRoutes } from "./features/moderation/routes.ts";
import { createArrive } from "./features/people/arrival.ts";
import { createModeratorStore } from "./features/people/moderator-store.ts";
import { peopleRoutes } from "./features/people/routes.ts";
import { createStandings } from "./features/people/standings.ts";
import { raidRoutes } from "./features/raids/routes.ts";
import { adminRecordingRoutes } from "./features/recordings/admin-routes.ts";
import { createRecordingPresenter } from "./features/recordings/presenter.ts";
import { recordRoutes } from "./features/recordings/record-routes.ts";
import { recordingRoutes } from "./features/recordings/routes.ts";
import { reportRoutes } from "./features/reports/routes.ts";
import { restreamRoutes } from "./features/restream/routes.ts";
import { createPictureFiles } from "./features/rooms/picture-files.ts";
import { pictureRoutes } from "./features/rooms/picture-routes.ts";
import { roomRoutes } from "./features/rooms/routes.ts";
import { createRoomStore } from "./features/rooms/store.ts";
import { screeningRoutes } from "./features/screening/routes.ts";
import { siteRoutes } from "./features/site/routes.ts";
import { ingestRoutes } from "./features/stream-keys/ingest-routes.ts";
import { createStreamKeys } from "./features/stream-keys/keys.ts";
import { streamKeyRoutes } from "./features/stream-keys/routes.ts";
import { createStreamKeyStore } from "./features/stream-keys/store.ts";
import { tokenRoutes } from "./features/tokens/routes.ts";
import { createTokenSigner } from "./features/tokens/signer.ts";
import { createDeliverer } from "./features/webhooks/deliverer.ts";
import { createPoster } from "./features/webhooks/post.ts";
import { webhookRoutes } from "./features/webhooks/routes.ts";
import { createWebhookStore } from "./features/webhooks/store.ts";
import { createWebhooks } from "./features/webhooks/webhooks.ts";
import { serveApiDocs } from "./http/api-docs.ts";
import { healthRoutes } from "./http/health.ts";
import { RATE_LIMITS, type RateLimits } from "./http/limits.ts";
import { listen } from "./http/listen.ts";
import { metricsRoutes } from "./http/metrics.ts";
import { addSecurityHeaders } from "./http/security-headers.ts";
import { createHttp } from "./http/server.ts";
import type { Http } from "./http/types.ts";
import { serveWebApp } from "./http/web-app.ts";
import { createRoomLive } from "./live/room-live.ts";
import { createUndo } from "./live/undo.ts";
import { featureLog } from "./log.ts";
import { createMoney } from "./money.ts";
import { createNotices } from "./notices.ts";
import { createRedisPeers } from "./realtime/redis-peers.ts";
import { createRoomAccess } from "./room-access.ts";
import { deriveKey } from "./secrets.ts";

export interface ControlOptions {
  config: Config;
  version: string;
  /** Open and up to date; the caller closes it, after control. */
  database: Database;
  time: Time;
  logger: Logger;
  /** Sends to the supervisor; null without one. */
  toSupervisor: ((message: ChildToSupervisor) => void) | null;
  /** For tests; default {@link RATE_LIMITS}. */
  limits?: RateLimits;
}

/** Control, wired and ready to listen. */
export interface Control {
  readonly http: Http;
  readonly demo: ReturnType<typeof createDemo>;
  readonly playbacks: Playbacks;
  /** Port 0 takes any free one. Returns the port. Throws `ListenError`, `TlsFilesError`. */
  listen(): Promise<number>;
  /** The first admin's log-in, when this call made it. */
  ensureAdmin(): Promise<{ username: string; password: string } | null>;
  /** Resolves when every fact of media so far is dealt with. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const SWEEP_EVERY_MS = 3_600_000;
/** How long it is known from where people came: bans know it as long as they last. */
const TRACES_KEPT_MS = 30 * 86_400_000;

/** Builds every part of control and hands each what it needs. Nothing else knows how they hang together. */
export async function composeControl(options: ControlOptions): Promise<Control> {
  const { config, version, database, time, logger, limits = RATE_LIMITS } = options;
  const log = featureLog(logger);
  const db = database.orm;
  const random = { next: Math.random, bytes: (count: number) => new Uint8Array(randomBytes(count)) };
  let closing = false;

  const accounts = createAccountStore(db);
  const passwords = createPasswords();
  const sessions = createSessions({ store: createSessionStore(db), clock: time });
  const apiKeyStore = createApiKeyStore(db);
  const apiKeys = createApiKeys({ store: apiKeyStore, clock: time });
  const rooms = createRoomStore(db);
  const streamKeyStore = createStreamKeyStore(db);
  const streamKeys = createStreamKeys({ store: streamKeyStore, clock: time });
  const broadcasts = createBroadcastStore(db);
  const adminStore = createAdminStore(db);
  const signer = createTokenSigner({ key: config.tokenKey, clock: time });
  const covers = createPictureFiles(join(config.dataDir, "covers"));
  const thumbnails = createPictureFiles(join(config.dataDir, "thumbnails"));
  const moderatorStore = createModeratorStore(db);
  const money = createMoney({ config: config.money, db, time, log });
  const standings = createStandings({
    ...{ moderators: moderatorStore, accounts },
    subscribes: async (...of) => (await money.subscriptions.running(...of)) !== null,
  });
  const isModerator = moderatorStore.has;
  const access = createRoomAccess({ find: rooms.find, isModerator }, standings);
  const auditStore = createAuditStore(db);
  const audit = createAudit({ store: auditStore, clock: time });
  const webhookStore = createWebhookStore(db);
  const webhooks = createWebhooks({ store: webhookStore, clock: time, sealingKey: config.credentialKey });
  const http = await createHttp({
    logger,
    trustProxy: config.trustProxy,
    authenticate: createAuthenticate({ sessions, accountOfApiKey: apiKeys.accountOf }),
  });
  const library = createFileLibrary(config.filesDir);
  const playbacks = createPlaybacks({ library, send: options.toSupervisor });
  const live = createRoomLive({
    ...{ config, db, time, log, server: http.server },
    ...{ rooms, accounts, signer, streamKeys, broadcasts, covers, thumbnails },
    ...{ standings, moderatorStore, audit, money },
    peers: config.redisUrl === null ? null : createRedisPeers({ url: config.redisUrl, log }),
    appended: (slug) => deliverer.wake(slug),
    live: (slug, broadcastId) => notices.live(slug, broadcastId),
    // Whoever ends a show ends what is played in it.
    ended: playbacks.stop,
  });
  const deliverer = createDeliverer({
    ...{ store: webhookStore, poster: createPoster({ allowPrivate: config.webhookPrivate }), time },
    eventsAfter: async (roomId, after, limit) =>
      (await live.chat.store.read(roomId, { after, staff: true, limit })).events,
    secretOf: webhooks.secretOf,
    random: random.next,
    log,
  });
  const notices = await createNotices({
    ...{ db, rooms, time, log, random: random.next, sealingKey: config.credentialKey },
    ...{ allowPrivate: config.webhookPrivate, contact: config.pushContact },
    poster: createPoster({ allowPrivate: config.webhookPrivate }),
  });
  const demo = createDemo({
    send: options.toSupervisor,
    prepareRoom: () => access.prepareDemo({ accounts, rooms, streamKeys, clock: time, random }),
    endRoom: async (slug) => {
      if (live.lifecycle.onAir(slug) !== null) await live.lifecycle.end(slug, "host");
    },
  });

  await addSecurityHeaders(http, { mediaUrls: live.services.mediaUrls });
  await serveApiDocs(http, version);
  metricsRoutes(http, { sources: live.metrics, nodeSecret: config.nodeSecret });
  healthRoutes(http, { ping: database.ping, closing: () => closing });
  accountRoutes(http, {
    ...{ accounts, sessions, passwords, limits },
    clock: time,
    signUpOpen: config.signUpOpen,
  });
  apiKeyRoutes(http, { apiKeys, store: apiKeyStore });
  const { presenter } = live;
  const { changed } = live.changes;
  const recordingPresenter = createRecordingPresenter({
    mediaUrlOf: live.services.mediaUrlOf,
    sign: signer.signPlayback,
    subscribes: async (principal, room) =>
      may(await standings.ofPrincipal(principal, room), "room.watch-subscribers"),
    keepMs: config.recordings.keepMs,
  });
  roomRoutes(http, {
    ...{ rooms, random, presenter, changed, isModerator },
    remove: live.remove,
    clock: time,
    broadcastsOf: broadcasts.of,
  });
  const { veiledAmong, take: seen } = live.screening.screening;
  pictureRoutes(http, {
    ...{ rooms, isModerator, covers, thumbnails, presenter, changed, seen, veiledAmong, limits },
  });
  tokenRoutes(http, {
    ...{ signer, limits },
    roomFor: access.room,
    serviceOf: live.services.serviceOf,
    standingsOf: standings.ofPrincipal,
    arrive: createArrive({
      admission: live.people.admission,
      deviceKey: deriveKey(config.nodeSecret, "device cookie"),
      salt: deriveKey(config.nodeSecret, "traces"),
    }),
    isGuest: live.isGuest,
    async subscribedForS(...of) {
      const running = await money.subscriptions.running(...of);
      return running === null ? null : (running.runsUntil.getTime() - time.unixMs()) / 1000;
    },
    passiveViewers: config.passiveViewers,
    guestKey: deriveKey(config.nodeSecret, "guest cookie"),
    iceServers: config.iceServers,
    clock: time,
  });
  streamKeyRoutes(http, { streamKeys, store: streamKeyStore, ownRoomOf: access.ownRoom });
  ingestRoutes(http, { serviceOf: live.services.serviceOf, ownRoomOf: access.ownRoom });
  doctorRoutes(http, { store: live.findings, ownRoomOf: access.ownRoom });
  eventRoutes(http, { store: live.chat.store, roomFor: access.watchable });
  lifecycleRoutes(http, { lifecycle: live.lifecycle, endableRoom: access.endableRoom });
  recordingRoutes(http, {
    store: live.recordings.store,
    catalogue: live.recordings.catalogue,
    presenter: recordingPresenter,
    roomFor: access.room,
  });
  peopleRoutes(http, { ...live.people, clock: time, enter: access.enter });
  auditRoutes(http, {
    ...{ store: auditStore, clock: time, enter: access.enter },
    undo: createUndo({
      ...{ ...live.people, ...live.moderation, ...live.screening },
      commandUndo: live.commandUndo,
    }),
  });
  moderationRoutes(http, {
    ...{ ...live.moderation, enter: access.enter, serviceAvailable: config.moderation !== null },
  });
  screeningRoutes(http, { ...live.screening, enter: access.enter });
  reportRoutes(http, { ...live.moderation.reports, enter: access.enter });
  followRoutes(http, { store: live.moderation.follows, clock: time, roomFor: access.room });
  raidRoutes(http, {
    ...{ store: live.raids.store, enter: access.enter },
  });
  recordRoutes(http, { ownRoomOf: access.ownRoom, record: live.changes.record });
  notices.addRoutes(http);
  await money.addRoutes(http, {
    ...{ limits, roomFor: access.room, presentIn: live.accountsIn },
    nameOf: async (id) => (await accounts.byId(id))?.displayName ?? "Somebody",
  });
  webhookRoutes(http, { store: webhookStore, webhooks, deliverer });
  const hasDirectory = config.filesDir !== null;
  fileRoutes(http, { library, playbacks, hasDirectory, ownRoomOf: access.ownRoom });
  restreamRoutes(http, { ...live.restream, ownRoomOf: access.ownRoom });
  adminRecordingRoutes(http, {
    store: live.recordings.store,
    presenter: recordingPresenter,
    maxBytes: config.recordings.maxBytes,
  });
  adminRoutes(http, {
    store: adminStore,
    workers: live.workers.all,
    shutOut: async (accountId) => {
      await sessions.endAllOf(accountId);
      await live.shutOut(`user:${accountId}`, await adminStore.slugsOf(accountId));
    },
  });
  siteRoutes(http, {
    ...{ version, demo, mayRunDemo },
    signUpOpen: config.signUpOpen,
    mediaUrl: () => config.mediaPublicUrl,
  });
  demoRoutes(http, { demo });
  await serveWebApp(http, config.webDir);
  await http.ready();
  await live.lifecycle.restore();
  await live.gifts.restore();
  await live.battles.start();
  await live.subscriptions.start();
  live.recordings.retention.start();
  live.raids.run();
  deliverer.start();
  notices.start();

  const sweep = () => {
    void sessions.sweep().catch((error: unknown) => log.warn("old sessions stay", { err: error }));
    const forgetBefore = new Date(time.unixMs() - TRACES_KEPT_MS);
    void live.people.traces
      .forget(forgetBefore)
      .catch((error: unknown) => log.warn("old traces stay", { err: error }));
    cancelSweep = time.after(SWEEP_EVERY_MS, sweep);
  };
  let cancelSweep = time.after(SWEEP_EVERY_MS, sweep);
  let certificate: TlsCertificate | undefined;
  let listening: Listening | undefined;
  return {
    http,
    demo,
    playbacks,
    async listen() {
      certificate = config.https && (await TlsCertificate.open({ files: config.https, timers: time, log }));
      listening = await listen(http, { ...config, certificate });
      return listening.port;
    },
    ensureAdmin: () => ensureAdmin({ accounts, passwords, clock: time }),
    async settled() {
      await live.settled();
      await deliverer.settled();
      await notices.settled();
    },
    async close() {
      closing = true;
      cancelSweep();
      await live.close();
      await deliverer.close();
      await notices.close();
      await listening?.close();
      certificate?.close();
      await http.close();
    },
  };
}
