import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  addressEnvironment,
  everyAddress,
  type IceServerPlan,
  iceServerEnvironment,
  planIceServers,
} from "@sameroom/contract";
import { z } from "zod";
import { readTokenKey, type TokenKey } from "./features/tokens/key-file.ts";

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
  SAMEROOM_GRACE_S: z.coerce.number().int().min(1).max(3600).default(30),
  SAMEROOM_SIGN_UP: z.enum(["open", "closed"]).default("open"),
  SAMEROOM_PASSIVE_VIEWERS: z.enum(["webrtc", "hls"]).default("webrtc"),
  SAMEROOM_RECORDING_KEEP_DAYS: z.coerce.number().min(0).max(36_500).default(0),
  SAMEROOM_RECORDING_MAX_GB: z.coerce.number().min(0).max(1_000_000).default(0),
  SAMEROOM_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  SAMEROOM_LOG_FORMAT: z.enum(["pretty", "json"]).default("json"),
  SAMEROOM_WEB_DIR: path.default(resolve(appsDirectory, "web/dist")),
  SAMEROOM_TRUST_PROXY: flag.default(false),
  ...iceServerEnvironment,
});

/** Control's configuration, checked. */
export interface Config {
  readonly dataDir: string;
  readonly port: number;
  /** Addresses to listen on. */
  readonly bind: readonly string[];
  /** `:PORT` (same host as the page) or an absolute base URL, no slash at the end. */
  readonly mediaPublicUrl: string;
  /** Bearer of the link and of `/metrics`. */
  readonly nodeSecret: string;
  readonly tokenKey: TokenKey;
  /** Encrypts credentials of other platforms in the database; 32 bytes. */
  readonly credentialKey: Buffer;
  /** External PostgreSQL, or null for the embedded one under `dataDir`. */
  readonly databaseUrl: string | null;
  /** How long an interrupted room waits for its host, milliseconds. */
  readonly graceMs: number;
  readonly signUpOpen: boolean;
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
  const iceServers = planIceServers(parsed.data ?? {}, (file) => readFileSync(file, "utf8"), faults);
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  if (nodeSecret === undefined || tokenKey === undefined || credentialKey === undefined)
    throw new ConfigError(faults);
  const values = parsed.data;
  return {
    dataDir: resolve(values.SAMEROOM_DATA_DIR),
    port: values.SAMEROOM_HTTP_PORT,
    bind: values.SAMEROOM_BIND ?? everyAddress(machineAddresses()),
    mediaPublicUrl: values.SAMEROOM_MEDIA_PUBLIC_URL,
    nodeSecret,
    tokenKey,
    credentialKey,
    databaseUrl: values.DATABASE_URL ?? null,
    graceMs: values.SAMEROOM_GRACE_S * 1000,
    signUpOpen: values.SAMEROOM_SIGN_UP === "open",
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

function readCredentialKey(file: string): Buffer {
  const key = Buffer.from(readFileSync(file, "utf8").trim(), "base64url");
  if (key.length !== 32) throw new Error("the key must be 32 bytes in base64url");
  return key;
}

function machineAddresses() {
  return Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
}
