import { generateKeyPairSync } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { ChildToSupervisor } from "@sameroom/contract";
import { pino } from "pino";
import type { Time } from "../clock.ts";
import { systemTime } from "../clock.ts";
import { type Control, composeControl } from "../compose.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import { makeMigratedDataDir, openTestEmbedded } from "../db/embedded.fixture.ts";
import type { RateLimits } from "../http/limits.ts";

export const NODE_SECRET = "the-node-secret-of-these-tests";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
/** The key that signs the tests' room tokens. */
export const TOKEN_KEY = { kid: "test", privateKey, publicKey };

const plenty = { max: 100_000, timeWindow: 60_000 };
/** Limits no test reaches by accident. */
export const NO_LIMITS: RateLimits = {
  logIn: plenty,
  signUp: plenty,
  tokens: plenty,
  uploads: plenty,
  payments: plenty,
};

/** A migrated embedded database in a directory of its own. */
export interface TestDatabase {
  database: Database;
  dataDir: string;
  /** Closes it and removes the directory. */
  drop(): Promise<void>;
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const dataDir = await makeMigratedDataDir();
  const database = await openTestEmbedded(dataDir);
  return {
    database,
    dataDir,
    async drop() {
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface TestControlOptions {
  config?: Partial<Config>;
  time?: Time;
  limits?: RateLimits;
  toSupervisor?: (message: ChildToSupervisor) => void;
}

/** Control as it runs in production, but for its port (any free one), quiet, and with {@link NO_LIMITS}. */
export function startTestControl(
  { database, dataDir }: TestDatabase,
  options: TestControlOptions = {},
): Promise<Control> {
  const config: Config = {
    dataDir,
    port: 0,
    bind: ["127.0.0.1"],
    https: undefined,
    mediaPublicUrl: ":8081",
    nodeSecret: NODE_SECRET,
    tokenKey: TOKEN_KEY,
    credentialKey: Buffer.alloc(32, 7),
    databaseUrl: null,
    redisUrl: null,
    graceMs: 30_000,
    signUpOpen: true,
    webhookPrivate: true,
    filesDir: null,
    passiveViewers: "webrtc",
    recordings: { keepMs: null, maxBytes: null },
    logLevel: "silent",
    logFormat: "json",
    webDir: join(dataDir, "no-web"),
    trustProxy: false,
    iceServers: { urls: [], credential: { kind: "none" } },
    money: {
      ...{ provider: "sandbox", stripe: null, commissionPercent: 30 },
      payout: { minCoins: 100, per1000Coins: { amount: 700, currency: "usd" } },
    },
    moderation: null,
    pushContact: "mailto:push@sameroom.test",
    screening: { policy: "off", by: "model", everyMs: 15_000, threshold: 0.8 },
    ...options.config,
  };
  return composeControl({
    config,
    database,
    version: "0.0.0-test",
    time: options.time ?? systemTime,
    logger: pino({ level: "silent" }),
    toSupervisor: options.toSupervisor ?? null,
    limits: options.limits ?? NO_LIMITS,
  });
}
