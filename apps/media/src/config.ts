import { readFileSync } from "node:fs";
import { availableParallelism, networkInterfaces } from "node:os";
import { resolve } from "node:path";
import {
  type AnnouncedHost,
  addressEnvironment,
  announcedByDefault,
  everyAddress,
  type IceServerPlan,
  iceServerEnvironment,
  type MachineAddress,
  planIceServers,
  planTls,
  type TlsFiles,
  tlsEnvironment,
} from "@sameroom/contract";
import { z } from "zod";
import { type RtmpConfig, readRtmpConfig, rtmpEnvironment } from "./ingest/rtmp/rtmp-config.ts";
import { readSrtConfig, type SrtConfig, srtEnvironment } from "./ingest/srt/srt-config.ts";
import { readStorageConfig, type StorageConfig, storageEnvironment } from "./storage/storage-config.ts";

const port = z.coerce.number().int().min(0).max(65_535);
const path = z.string().min(1);
/** Heights and bit rates: `720:2500k,480:1200k`. */
const LADDER = /^\s*\d{2,4}:\d{2,6}k\s*(?:,\s*\d{2,4}:\d{2,6}k\s*){0,7}$/;

/** What media reads from the environment; `docs/guide/configuration.md` explains each. Nothing else is read. */
const environmentSchema = z.object({
  SAMEROOM_DATA_DIR: path.default("./data"),
  SAMEROOM_MEDIA_HTTP_PORT: port.default(8081),
  SAMEROOM_MEDIA_UDP_PORT: port.default(8082),
  ...addressEnvironment,
  SAMEROOM_ICE_TCP: z.stringbool().default(true),
  SAMEROOM_MEDIA_PUBLIC_URL: z
    .string()
    .regex(/^(?::\d{1,5}|https?:\/\/[^\s/?#]+(?:\/[^\s?#]*)?)$/, "use :PORT or http(s)://HOST[:PORT]")
    .transform((url) => url.replace(/\/+$/, ""))
    .optional(),
  SAMEROOM_NODE_SECRET_FILE: path,
  SAMEROOM_TOKEN_JWKS_FILE: path,
  SAMEROOM_CONTROL_LINK_URL: z
    .string()
    .regex(/^wss?:\/\/\S+$/, "use ws://HOST:PORT/internal/link")
    .default("ws://127.0.0.1:8080/internal/link"),
  SAMEROOM_WORKER: z
    .string()
    .regex(/^[a-z0-9-]{1,60}$/, "use small letters, digits and dashes")
    .default("media-1"),
  SAMEROOM_MAX_SESSIONS: z.coerce.number().int().min(1).max(15_000).default(5000),
  SAMEROOM_TRUST_PROXY: z.stringbool().default(false),
  SAMEROOM_GRACE_S: z.coerce.number().int().min(1).max(3600).default(30),
  SAMEROOM_HLS: z.stringbool().default(true),
  SAMEROOM_HLS_PART_MS: z.coerce.number().int().min(100).max(1000).default(250),
  SAMEROOM_HLS_SEGMENT_MS: z.coerce.number().int().min(1000).max(6000).default(2000),
  SAMEROOM_HLS_DVR_S: z.coerce.number().int().min(0).max(86_400).default(600),
  SAMEROOM_HLS_LADDER: z
    .string()
    .regex(LADDER, "use HEIGHT:KILOBITSk,...")
    .default("1080:4500k,720:2500k,480:1200k,360:700k"),
  SAMEROOM_TRANSCODES: z.coerce.number().int().min(0).max(64).optional(),
  SAMEROOM_COMPOSITIONS: z.coerce.number().int().min(0).max(64).optional(),
  SAMEROOM_COMPOSE_HEIGHT: z.coerce.number().int().min(180).max(2160).multipleOf(2).default(720),
  SAMEROOM_ENCODER: z.enum(["auto", "cpu"]).default("auto"),
  SAMEROOM_HLS_MAX_WAITING: z.coerce.number().int().min(1).max(200_000).default(20_000),
  SAMEROOM_HLS_MAX_WAITING_PER_ADDRESS: z.coerce.number().int().min(1).max(200_000).default(5000),
  ...tlsEnvironment,
  ...rtmpEnvironment,
  SAMEROOM_RESTREAM_PRIVATE: z.stringbool().default(false),
  ...srtEnvironment,
  ...storageEnvironment,
  ...iceServerEnvironment,
  SAMEROOM_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  SAMEROOM_LOG_FORMAT: z.enum(["pretty", "json"]).default("json"),
});

/** How the show is served over HTTP. */
export interface HlsConfig {
  readonly enabled: boolean;
  /** Length of a partial segment that is aimed at, ms. */
  readonly partMs: number;
  /** Length of a segment that is aimed at, ms. */
  readonly segmentMs: number;
  /** How far players may go back in a live show, s. */
  readonly dvrS: number;
  /** Sizes that are made of a picture that comes in one: `720:2500k,480:1200k`, height and bits a second. */
  readonly ladder: string;
  /** Requests held until what they ask for is there, at most: in all, and of one address. */
  readonly maxWaiting: number;
  readonly maxWaitingPerAddress: number;
}

/** A media worker's configuration, checked. */
export interface Config {
  readonly dataDir: string;
  readonly httpPort: number;
  readonly udpPort: number;
  /** Addresses to listen on. */
  readonly bind: readonly string[];
  /** `bind` was left to us, and this machine has no IPv6. */
  readonly withoutIpv6: boolean;
  /** Where peers are told to send media, most preferred first; names are not resolved yet. */
  readonly announce: readonly AnnouncedHost[];
  /** Take WebRTC over TCP as well, on the same port number. */
  readonly iceTcp: boolean;
  /** `:PORT` (same host as the page) or an absolute base URL; undefined: `:` and the HTTP port. */
  readonly publicUrl: string | undefined;
  readonly nodeSecretFile: string;
  readonly tokenJwksFile: string;
  readonly controlLinkUrl: string;
  readonly worker: string;
  /** Peer connections this worker takes before it answers `media.full`; all of them must fit one `hello`. */
  readonly maxSessions: number;
  /** Believe `X-Forwarded-For` of whoever connects. */
  readonly trustProxy: boolean;
  readonly iceServers: IceServerPlan;
  /** How long control waits for a lost host, s. */
  readonly graceS: number;
  readonly hls: HlsConfig;
  /** What media over HTTP is served with; undefined: in the clear. */
  readonly https: TlsFiles | undefined;
  /** Our certificate, by which control is known where it shows the same. */
  readonly tls: TlsFiles | undefined;
  readonly rtmp: RtmpConfig;
  /** Shows may be sent on to targets in private networks. */
  readonly restreamPrivate: boolean;
  readonly srt: SrtConfig;
  /** Where finished recordings are kept. */
  readonly storage: StorageConfig;
  /** Pictures transcoded at a time, at most. */
  readonly transcodes: number;
  /** Composed stages at a time, and how many pixels high their pictures are at most. */
  readonly compositions: number;
  readonly composeHeight: number;
  /** Use an encoder in hardware where there is one, or never. */
  readonly encoder: "auto" | "cpu";
  readonly logLevel: string;
  readonly logFormat: "pretty" | "json";
}

/** Thrown with one line for each fault. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration has faults:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
    this.name = "ConfigError";
    this.faults = faults;
  }
}

/** Reads and checks the configuration; throws `ConfigError` that names every fault. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => name in environmentSchema.shape && value !== ""),
  );
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
  }
  const value = parsed.data;
  const faults: string[] = [];
  const iceServers = planIceServers(value, (file) => readFileSync(file, "utf8"), faults);
  const storage = readStorageConfig(value, faults);
  const tls = planTls(value, faults);
  const rtmp = readRtmpConfig(value, tls.files, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  const machine = machineAddresses();
  const bind = value.SAMEROOM_BIND ?? everyAddress(machine);
  return {
    dataDir: resolve(value.SAMEROOM_DATA_DIR),
    httpPort: value.SAMEROOM_MEDIA_HTTP_PORT,
    udpPort: value.SAMEROOM_MEDIA_UDP_PORT,
    bind,
    withoutIpv6: value.SAMEROOM_BIND === undefined && !bind.includes("::"),
    announce: value.SAMEROOM_ANNOUNCE ?? announcedByDefault(bind, machine),
    iceTcp: value.SAMEROOM_ICE_TCP,
    publicUrl: value.SAMEROOM_MEDIA_PUBLIC_URL,
    nodeSecretFile: value.SAMEROOM_NODE_SECRET_FILE,
    tokenJwksFile: value.SAMEROOM_TOKEN_JWKS_FILE,
    controlLinkUrl: value.SAMEROOM_CONTROL_LINK_URL,
    worker: value.SAMEROOM_WORKER,
    maxSessions: value.SAMEROOM_MAX_SESSIONS,
    trustProxy: value.SAMEROOM_TRUST_PROXY,
    iceServers,
    graceS: value.SAMEROOM_GRACE_S,
    hls: {
      enabled: value.SAMEROOM_HLS,
      partMs: value.SAMEROOM_HLS_PART_MS,
      segmentMs: value.SAMEROOM_HLS_SEGMENT_MS,
      dvrS: value.SAMEROOM_HLS_DVR_S,
      ladder: value.SAMEROOM_HLS_LADDER,
      maxWaiting: value.SAMEROOM_HLS_MAX_WAITING,
      maxWaitingPerAddress: value.SAMEROOM_HLS_MAX_WAITING_PER_ADDRESS,
    },
    compositions: value.SAMEROOM_COMPOSITIONS ?? Math.max(1, Math.floor(availableParallelism() / 2)),
    composeHeight: value.SAMEROOM_COMPOSE_HEIGHT,
    transcodes: value.SAMEROOM_TRANSCODES ?? Math.max(1, Math.floor(availableParallelism() / 2)),
    encoder: value.SAMEROOM_ENCODER,
    restreamPrivate: value.SAMEROOM_RESTREAM_PRIVATE,
    storage,
    https: tls.https,
    tls: tls.files,
    rtmp,
    srt: readSrtConfig(value),
    logLevel: value.SAMEROOM_LOG_LEVEL,
    logFormat: value.SAMEROOM_LOG_FORMAT,
  };
}

function machineAddresses(): MachineAddress[] {
  return Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
}
