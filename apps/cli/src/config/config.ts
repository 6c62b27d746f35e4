import { readFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { resolve } from "node:path";
import {
  type AnnouncedHost,
  announcedByDefault,
  everyAddress,
  planIceServers,
  planTls,
  type TlsFiles,
} from "@sameroom/contract";
import { machineAddresses } from "./addresses.ts";
import { type Environment, environmentSchema } from "./environment.ts";

/** What the supervisor knows about this installation; every path absolute. */
export interface Config {
  readonly dataDir: string;
  readonly httpPort: number;
  readonly mediaHttpPort: number;
  /** Both HTTP ports speak HTTPS. */
  readonly isHttps: boolean;
  /** Certificate and key there are. */
  readonly tls: TlsFiles | undefined;
  readonly mediaUdpPort: number;
  /** Undefined: no RTMP. `isDefault`: nobody asked for this port, and without it Sameroom starts all the same. */
  readonly rtmpPort: { readonly port: number; readonly isDefault: boolean } | undefined;
  readonly rtmpsPort: number | undefined;
  /** Undefined: no SRT. `isDefault` as of RTMP. */
  readonly srtPort: { readonly port: number; readonly isDefault: boolean } | undefined;
  /** Addresses to listen on. */
  readonly bind: readonly string[];
  /** Where browsers are told to send media. */
  readonly announce: readonly AnnouncedHost[];
  /** WebRTC comes over TCP, too. */
  readonly iceTcp: boolean;
  readonly webDir: string;
  /** Media files that admins may play; undefined: none. */
  readonly filesDir: string | undefined;
  readonly logFormat: "pretty" | "json";
  /** The checked environment, for the children. */
  readonly environment: Environment;
  /** What looks like a slip but harms nothing: variables that nothing reads. */
  readonly warnings: readonly string[];
  /** What this machine made of what was left to us. */
  readonly notes: readonly string[];
}

/** Every fault of the environment, one line each. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`the configuration has ${faults.length} fault(s)`);
    this.name = "ConfigError";
    this.faults = faults;
  }
}

/** Checks the environment; an empty variable counts as absent. Throws {@link ConfigError} with all faults. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = environmentSchema.safeParse(present);
  const faults: string[] = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  const tls = planTls(parsed.data ?? {}, faults);
  if (parsed.success) {
    faults.push(...sameTcpPort(parsed.data), ...rtmpFaults(parsed.data), ...srtFaults(parsed.data));
    planIceServers(parsed.data, (file) => readFileSync(file, "utf8"), faults);
  }
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  const environment = parsed.data;
  const machine = machineAddresses();
  const bind = environment.SAMEROOM_BIND ?? everyAddress(machine);
  return {
    dataDir: resolve(environment.SAMEROOM_DATA_DIR),
    httpPort: environment.SAMEROOM_HTTP_PORT,
    mediaHttpPort: environment.SAMEROOM_MEDIA_HTTP_PORT,
    isHttps: tls.https !== undefined,
    tls: tls.files,
    mediaUdpPort: environment.SAMEROOM_MEDIA_UDP_PORT,
    rtmpPort:
      environment.SAMEROOM_RTMP_PORT === "off"
        ? undefined
        : { port: environment.SAMEROOM_RTMP_PORT, isDefault: present.SAMEROOM_RTMP_PORT === undefined },
    rtmpsPort: environment.SAMEROOM_RTMPS_PORT === "off" ? undefined : environment.SAMEROOM_RTMPS_PORT,
    srtPort:
      environment.SAMEROOM_SRT_PORT === "off"
        ? undefined
        : { port: environment.SAMEROOM_SRT_PORT, isDefault: present.SAMEROOM_SRT_PORT === undefined },
    bind,
    announce: environment.SAMEROOM_ANNOUNCE ?? announcedByDefault(bind, machine),
    iceTcp: environment.SAMEROOM_ICE_TCP,
    webDir: resolve(environment.SAMEROOM_WEB_DIR),
    filesDir:
      environment.SAMEROOM_FILES_DIR === undefined ? undefined : resolve(environment.SAMEROOM_FILES_DIR),
    logFormat: environment.SAMEROOM_LOG_FORMAT,
    environment,
    warnings: Object.keys(present)
      .filter(
        (name) => name.startsWith("SAMEROOM_") && !(name in environmentSchema.shape) && !foreign.has(name),
      )
      .map((name) => `${name} is set, but there is no such setting${nearest(name)}`),
    notes:
      environment.SAMEROOM_BIND === undefined && !bind.includes("::")
        ? ["this machine has no IPv6: listening on IPv4 only"]
        : [],
  };
}

/** Variables of our tests and of the development server, which `start` does not read. */
const foreign = new Set(["SAMEROOM_CHROMIUM", "SAMEROOM_CONTROL_URL"]);

function sameTcpPort(environment: Environment): string[] {
  const { SAMEROOM_HTTP_PORT: http, SAMEROOM_MEDIA_HTTP_PORT: mediaHttp } = environment;
  const { SAMEROOM_MEDIA_UDP_PORT: media, SAMEROOM_ICE_TCP: iceTcp } = environment;
  const faults: string[] = [];
  if (http === mediaHttp) faults.push("SAMEROOM_MEDIA_HTTP_PORT: must differ from SAMEROOM_HTTP_PORT");
  if (iceTcp && (media === http || media === mediaHttp)) {
    faults.push("SAMEROOM_MEDIA_UDP_PORT: must differ from the HTTP ports, or set SAMEROOM_ICE_TCP to false");
  }
  return faults;
}

function rtmpFaults(environment: Environment): string[] {
  const { SAMEROOM_HTTP_PORT: http, SAMEROOM_MEDIA_HTTP_PORT: mediaHttp } = environment;
  const { SAMEROOM_RTMP_PORT: rtmp, SAMEROOM_RTMPS_PORT: rtmps } = environment;
  const { SAMEROOM_TLS_CERT_FILE: cert, SAMEROOM_TLS_KEY_FILE: key } = environment;
  const taken = [
    http,
    mediaHttp,
    ...(environment.SAMEROOM_ICE_TCP ? [environment.SAMEROOM_MEDIA_UDP_PORT] : []),
  ];
  const faults: string[] = [];
  if (rtmp !== "off" && taken.includes(rtmp)) {
    faults.push("SAMEROOM_RTMP_PORT: must differ from the other TCP ports");
  }
  if (rtmps !== "off") {
    if ([...taken, rtmp].includes(rtmps))
      faults.push("SAMEROOM_RTMPS_PORT: must differ from the other TCP ports");
    if (cert === undefined && key === undefined) {
      faults.push("SAMEROOM_RTMPS_PORT: needs SAMEROOM_TLS_CERT_FILE and SAMEROOM_TLS_KEY_FILE");
    }
  }
  return faults;
}

function srtFaults({ SAMEROOM_SRT_PORT: srt, SAMEROOM_MEDIA_UDP_PORT: webrtc }: Environment): string[] {
  return srt === webrtc ? ["SAMEROOM_SRT_PORT: must differ from SAMEROOM_MEDIA_UDP_PORT"] : [];
}

function nearest(name: string): string {
  const known = Object.keys(environmentSchema.shape).find(
    (candidate) => candidate.replaceAll("_", "") === name.replaceAll("_", "") || candidate.startsWith(name),
  );
  return known === undefined ? "" : ` (did you mean ${known}?)`;
}

/** `host:port` for a URL: IPv6 in brackets. */
export function hostPort(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** An address by which this machine reaches its own listeners bound to `bind`. */
export function ownAddress(bind: readonly string[]): string {
  if (bind.includes("0.0.0.0") || bind.includes("127.0.0.1")) return "127.0.0.1";
  if (bind.includes("::") || bind.includes("::1")) return "::1";
  return bind[0] ?? "127.0.0.1";
}
