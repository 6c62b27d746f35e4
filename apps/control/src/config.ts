import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  addressEnvironment,
  everyAddress,
  type IceServerPlan,
  iceServerEnvironment,
  moneyEnvironment,
  planIceServers,
  planTls,
  type ScreeningPolicy,
  screeningPolicySchema,
  type TlsFiles,
  tlsEnvironment,
} from "@sameroom/contract";
import { z } from "zod";
import { readTokenKey, type TokenKey } from "./features/tokens/key-file.ts";
import { type MoneyConfig, readMoneyConfig } from "./money-config.ts";

const port = z.coerce.number().int().min(1).max(65_535);
const path = z.string().min(1);
const flag = z.stringbool();

const DAY_MS = 86_400_000;
const GIGABYTE = 1e9;

/** Compiled (`dist`) and source files lie equally deep, so this holds for both. */
const appsDirectory = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** What control reads from the environment; `docs/guide/configuration.md` explains each. Nothing else is read. */
const environmentSchema = z.object({
  SAMEROOM_DATA_DIR: path.default("./data"),
  SAMEROOM_HTTP_PORT: port.default(8080),
  SAMEROOM_BIND: addressEnvironment.SAMEROOM_BIND,
  SAMEROOM_MEDIA_PUBLIC_URL: z
    .string()
    .regex(/^(?::\d{1,5}|https?:\/\/[^\s/?#]+(?:\/[^\s?#]*)?)$/, "use :PORT or http(s)://HOST[:PORT]")
    .transform((url) => url.replace(/\/+$/, ""))
    .default(":8081"),
  SAMEROOM_NODE_SECRET_FILE: path,
  SAMEROOM_TOKEN_KEY_FILE: path,
  SAMEROOM_CREDENTIAL_KEY_FILE: path,
  DATABASE_URL: z
    .string()
    .regex(/^postgres(?:ql)?:\/\//, "use postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
    .optional(),
  SAMEROOM_REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, "use redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]")
    .optional(),
  SAMEROOM_GRACE_S: z.coerce.number().int().min(1).max(3600).default(30),
  SAMEROOM_WEBHOOK_PRIVATE: flag.default(false),
  SAMEROOM_SIGN_UP: z.enum(["open", "closed"]).default("open"),
  SAMEROOM_PASSIVE_VIEWERS: z.enum(["webrtc", "hls"]).default("webrtc"),
  SAMEROOM_RECORDING_KEEP_DAYS: z.coerce.number().min(0).max(36_500).default(0),
  SAMEROOM_RECORDING_MAX_GB: z.coerce.number().min(0).max(1_000_000).default(0),
  SAMEROOM_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  SAMEROOM_LOG_FORMAT: z.enum(["pretty", "json"]).default("json"),
  SAMEROOM_WEB_DIR: path.default(resolve(appsDirectory, "web/dist")),
  SAMEROOM_FILES_DIR: path.optional(),
  SAMEROOM_TRUST_PROXY: flag.default(false),
  ...tlsEnvironment,
  SAMEROOM_MODERATION_URL: z
    .url({ protocol: /^https?$/, error: "use http(s)://HOST[:PORT]/PATH" })
    .transform((url) => url.replace(/\/+$/, ""))
    .optional(),
  SAMEROOM_MODERATION_KEY_FILE: path.optional(),
  SAMEROOM_MODERATION_MODEL: z.string().min(1).max(100).default("omni-moderation-latest"),
  SAMEROOM_PUSH_CONTACT: z
    .string()
    .regex(/^(?:mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/, "use mailto:NAME@HOST or https://HOST")
    .default("mailto:push@sameroom.example"),
  SAMEROOM_SCREENING: screeningPolicySchema.default("off"),
  SAMEROOM_SCREENING_BY: z.enum(["model", "service"]).default("model"),
  SAMEROOM_SCREENING_EVERY_S: z.coerce.number().int().min(1).max(3600).default(15),
  SAMEROOM_SCREENING_THRESHOLD: z.coerce.number().min(0).max(1).default(0.8),
  ...iceServerEnvironment,
  ...moneyEnvironment,
});

/** Control's configuration, checked. */
export interface Config {
  readonly dataDir: string;
  readonly port: number;
  /** Addresses to listen on. */
  readonly bind: readonly string[];
  /** What pages and API are served with; undefined: in the clear. */
  readonly https: TlsFiles | undefined;
  /** `:PORT` (same host as the page) or an absolute base URL, no slash at the end. */
  readonly mediaPublicUrl: string;
  /** Bearer of the link and of `/metrics`. */
  readonly nodeSecret: string;
  readonly tokenKey: TokenKey;
  /** Encrypts credentials of other platforms in the database; 32 bytes. */
  readonly credentialKey: Buffer;
  /** External PostgreSQL, or null for the embedded one under `dataDir`. */
  readonly databaseUrl: string | null;
  /** Through it several control processes on one database hear of each other; null: this is the only one. */
  readonly redisUrl: string | null;
  /** Media files that admins may play; null: none. */
  readonly filesDir: string | null;
  /** How long an interrupted room waits for its host, milliseconds. */
  readonly graceMs: number;
  readonly signUpOpen: boolean;
  /** Whether webhooks may go to private networks. */
  readonly webhookPrivate: boolean;
  /** Where viewers who only watch are sent. */
  readonly passiveViewers: "webrtc" | "hls";
  readonly recordings: {
    /** How long they are kept after their end, milliseconds; null: for ever. */
    readonly keepMs: number | null;
    /** What they may take together, bytes; null: anything. */
    readonly maxBytes: number | null;
  };
  readonly logLevel: string;
  readonly logFormat: "pretty" | "json";
  readonly webDir: string;
  /** Believe `X-Forwarded-*` of whoever connects. */
  readonly trustProxy: boolean;
  readonly iceServers: IceServerPlan;
  readonly money: MoneyConfig;
  /** A service that judges messages; null: none. */
  readonly moderation: {
    readonly url: string;
    readonly key: string | null;
    readonly model: string;
  } | null;
  /** Whom push services turn to: `mailto:` or `https:`. */
  readonly pushContact: string;
  /** Whether and how pictures of shows are looked at. */
  readonly screening: {
    /** In rooms that have nothing else. */
    readonly policy: ScreeningPolicy;
    readonly by: "model" | "service";
    /** Between two pictures of a show, milliseconds. */
    readonly everyMs: number;
    /** From how sure on the model's word counts, 0 to 1. */
    readonly threshold: number;
  };
}

/** Every fault of the environment, one line each. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `the configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
    );
    this.name = "ConfigError";
    this.faults = faults;
  }
}

/** Reads and checks the configuration once. Empty variables count as absent. Throws {@link ConfigError} with all faults. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = environmentSchema.safeParse(present);
  const faults: string[] = parsed.success
    ? []
    : parsed.error.issues.map((issue) => {
        const name = issue.path.join(".");
        return `${name}: ${present[name] === undefined ? "must be set" : issue.message}`;
      });
  const nodeSecret = readFault(faults, "SAMEROOM_NODE_SECRET_FILE", present, readNodeSecret);
  const tokenKey = readFault(faults, "SAMEROOM_TOKEN_KEY_FILE", present, readTokenKey);
  const credentialKey = readFault(faults, "SAMEROOM_CREDENTIAL_KEY_FILE", present, readCredentialKey);
  const { https } = planTls(parsed.data ?? {}, faults);
  const moderationKey = readFault(faults, "SAMEROOM_MODERATION_KEY_FILE", present, readKey) ?? null;
  if (parsed.data?.SAMEROOM_SCREENING_BY === "service" && parsed.data.SAMEROOM_MODERATION_URL === undefined)
    faults.push("SAMEROOM_SCREENING_BY: service needs SAMEROOM_MODERATION_URL");
  const iceServers = planIceServers(parsed.data ?? {}, (file) => readFileSync(file, "utf8"), faults);
  const money = parsed.success ? readMoneyConfig(parsed.data, faults) : undefined;
  if (!parsed.success || money === undefined || faults.length > 0) throw new ConfigError(faults);
  if (nodeSecret === undefined || tokenKey === undefined || credentialKey === undefined)
    throw new ConfigError(faults);
  const values = parsed.data;
  return {
    dataDir: resolve(values.SAMEROOM_DATA_DIR),
    port: values.SAMEROOM_HTTP_PORT,
    bind: values.SAMEROOM_BIND ?? everyAddress(machineAddresses()),
    https,
    mediaPublicUrl: values.SAMEROOM_MEDIA_PUBLIC_URL,
    nodeSecret,
    tokenKey,
    credentialKey,
    databaseUrl: values.DATABASE_URL ?? null,
    redisUrl: values.SAMEROOM_REDIS_URL ?? null,
    graceMs: values.SAMEROOM_GRACE_S * 1000,
    webhookPrivate: values.SAMEROOM_WEBHOOK_PRIVATE,
    signUpOpen: values.SAMEROOM_SIGN_UP === "open",
    filesDir: values.SAMEROOM_FILES_DIR === undefined ? null : resolve(values.SAMEROOM_FILES_DIR),
    passiveViewers: values.SAMEROOM_PASSIVE_VIEWERS,
    recordings: {
      keepMs: values.SAMEROOM_RECORDING_KEEP_DAYS * DAY_MS || null,
      maxBytes: values.SAMEROOM_RECORDING_MAX_GB * GIGABYTE || null,
    },
    logLevel: values.SAMEROOM_LOG_LEVEL,
    logFormat: values.SAMEROOM_LOG_FORMAT,
    webDir: resolve(values.SAMEROOM_WEB_DIR),
    trustProxy: values.SAMEROOM_TRUST_PROXY,
    iceServers,
    money,
    moderation:
      values.SAMEROOM_MODERATION_URL === undefined
        ? null
        : {
            url: values.SAMEROOM_MODERATION_URL,
            key: moderationKey,
            model: values.SAMEROOM_MODERATION_MODEL,
          },
    pushContact: values.SAMEROOM_PUSH_CONTACT,
    screening: {
      policy: values.SAMEROOM_SCREENING,
      by: values.SAMEROOM_SCREENING_BY,
      everyMs: values.SAMEROOM_SCREENING_EVERY_S * 1000,
      threshold: values.SAMEROOM_SCREENING_THRESHOLD,
    },
  };
}

function readFault<Value>(
  faults: string[],
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
  read: (file: string) => Value,
): Value | undefined {
  const file = environment[name];
  if (file === undefined) return undefined;
  try {
    return read(file);
  } catch (error) {
    faults.push(`${name}: ${(error as Error).message}`);
    return undefined;
  }
}

function readNodeSecret(file: string): string {
  const secret = readFileSync(file, "utf8").trim();
  if (!/^[\x21-\x7e]{16,}$/.test(secret))
    throw new Error("the secret must have at least 16 printable characters and no spaces");
  return secret;
}

function readKey(file: string): string {
  const key = readFileSync(file, "utf8").trim();
  if (!/^[\x21-\x7e]{1,500}$/.test(key))
    throw new Error("the key must be printable characters without spaces");
  return key;
}

function readCredentialKey(file: string): Buffer {
  const key = Buffer.from(readFileSync(file, "utf8").trim(), "base64url");
  if (key.length !== 32) throw new Error("the key must be 32 bytes in base64url");
  return key;
}

function machineAddresses() {
  return Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
}
