import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { ChildToSupervisor } from "@sameroom/contract";
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
import { createBroadcastStore } from "./features/broadcasts/store.ts";
import { createDemo } from "./features/demo/demo.ts";
import { mayRunDemo } from "./features/demo/policy.ts";
import { demoRoutes } from "./features/demo/routes.ts";
import { doctorRoutes } from "./features/doctor/routes.ts";
import { lifecycleRoutes } from "./features/lifecycle/routes.ts";
import { adminRecordingRoutes } from "./features/recordings/admin-routes.ts";
import { createRecordingPresenter } from "./features/recordings/presenter.ts";
import { recordRoutes } from "./features/recordings/record-routes.ts";
import { recordingRoutes } from "./features/recordings/routes.ts";
import { restreamRoutes } from "./features/restream/routes.ts";
import { createPictureFiles } from "./features/rooms/picture-files.ts";
import { pictureRoutes } from "./features/rooms/picture-routes.ts";
import { roomRoutes } from "./features/rooms/routes.ts";
import { createRoomStore } from "./features/rooms/store.ts";
import { siteRoutes } from "./features/site/routes.ts";
import { ingestRoutes } from "./features/stream-keys/ingest-routes.ts";
import { createStreamKeys } from "./features/stream-keys/keys.ts";
import { streamKeyRoutes } from "./features/stream-keys/routes.ts";
import { createStreamKeyStore } from "./features/stream-keys/store.ts";
import { tokenRoutes } from "./features/tokens/routes.ts";
import { createTokenSigner } from "./features/tokens/signer.ts";
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
import { featureLog } from "./log.ts";
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
  /** Port 0 takes any free one. Returns the port. Throws `ListenError`. */
  listen(): Promise<number>;
  /** The first admin's log-in, when this call made it. */
  ensureAdmin(): Promise<{ username: string; password: string } | null>;
  /** Resolves when every fact of media so far is dealt with. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const SWEEP_EVERY_MS = 3_600_000;

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
  const access = createRoomAccess(rooms);

  const http = await createHttp({
    logger,
    trustProxy: config.trustProxy,
    authenticate: createAuthenticate({ sessions, accountOfApiKey: apiKeys.accountOf }),
  });
  const live = createRoomLive({
    ...{ config, db, time, log, server: http.server },
    ...{ rooms, accounts, signer, streamKeys, broadcasts, thumbnails },
  });
  const demo = createDemo({
    send: options.toSupervisor,
    prepareRoom: () => access.prepareDemo({ accounts, rooms, streamKeys, clock: time, random }),
    endRoom: async (slug) => {
      if (live.lifecycle.onAir(slug) !== null) await live.lifecycle.end(slug, "host");
    },
  });

  await addSecurityHeaders(http, { mediaUrls: live.mediaUrls });
  await serveApiDocs(http, version);
  metricsRoutes(http, { sources: live.metrics, nodeSecret: config.nodeSecret });
  healthRoutes(http, { ping: database.ping, closing: () => closing });
  accountRoutes(http, {
    ...{ accounts, sessions, passwords, limits },
    clock: time,
    signUpOpen: config.signUpOpen,
  });
  apiKeyRoutes(http, { apiKeys, store: apiKeyStore });
  const { presenter, roomChanged: changed } = live;
  const recordingPresenter = createRecordingPresenter({
    mediaUrlOf: live.mediaUrlOf,
    sign: signer.signPlayback,
    keepMs: config.recordings.keepMs,
  });
  roomRoutes(http, {
    ...{ rooms, random, presenter, changed },
    clock: time,
    broadcastsOf: broadcasts.of,
  });
  pictureRoutes(http, { rooms, covers, thumbnails, presenter, changed, limits });
  tokenRoutes(http, {
    ...{ signer, limits },
    roomFor: access.room,
    serviceOf: live.serviceOf,
    passiveViewers: config.passiveViewers,
    guestKey: deriveKey(config.nodeSecret, "guest cookie"),
    iceServers: config.iceServers,
    clock: time,
  });
  streamKeyRoutes(http, { streamKeys, store: streamKeyStore, ownRoomOf: access.ownRoom });
  ingestRoutes(http, { serviceOf: live.serviceOf, ownRoomOf: access.ownRoom });
  doctorRoutes(http, { store: live.findings, ownRoomOf: access.ownRoom });
  lifecycleRoutes(http, { lifecycle: live.lifecycle, endableRoom: access.endableRoom });
  recordingRoutes(http, {
    store: live.recordings.store,
    catalogue: live.recordings.catalogue,
    presenter: recordingPresenter,
    roomFor: access.room,
  });
  recordRoutes(http, { ownRoomOf: access.ownRoom, record: live.record });
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
  live.recordings.retention.start();

  const sweep = () => {
    void sessions.sweep().catch((error: unknown) => log.warn("old sessions stay", { err: error }));
    cancelSweep = time.after(SWEEP_EVERY_MS, sweep);
  };
  let cancelSweep = time.after(SWEEP_EVERY_MS, sweep);
  let closeExtra = async () => {};
  return {
    http,
    demo,
    async listen() {
      const listening = await listen(http, config);
      closeExtra = listening.closeExtra;
      return listening.port;
    },
    ensureAdmin: () => ensureAdmin({ accounts, passwords, clock: time }),
    settled: live.settled,
    async close() {
      closing = true;
      cancelSweep();
      await live.close();
      await closeExtra();
      await http.close();
    },
  };
}
