import type { Config } from "../config/config.ts";
import { checkAddon } from "./addon.ts";
import { checkCertificate } from "./certificate.ts";
import { checkDataDirectory } from "./data-directory.ts";
import { checkNodeVersion } from "./node-version.ts";
import { checkPort, type PortNeed } from "./ports.ts";
import type { CheckResult } from "./result.ts";
import { checkUdpReach } from "./udp-reach.ts";
import { checkWebBuild } from "./web-build.ts";

const WEBRTC = "Port: media, WebRTC";

/** Optional parts of {@link selfTest}. */
export interface SelfTestOptions {
  /** A Sameroom with this process id holds the ports: they are not tested. */
  readonly heldBy?: number;
  /** How long taken ports may take to become free, default 0. */
  readonly portPatienceMs?: number;
}

/** Everything that would keep Sameroom from working on this machine, found before it starts. */
export async function selfTest(config: Config, options: SelfTestOptions = {}): Promise<CheckResult[]> {
  const { heldBy, portPatienceMs = 0 } = options;
  const local = await Promise.all([
    checkDataDirectory(config.dataDir),
    checkAddon(),
    checkWebBuild(config.webDir),
    ...(config.tls === undefined ? [] : [checkCertificate(config.tls, Date.now())]),
  ]);
  const network =
    heldBy === undefined
      ? await checkNetwork(config, portPatienceMs)
      : [
          {
            name: "Ports",
            state: "ok",
            found: `in use by the running Sameroom (process ${heldBy})`,
          } as const,
        ];
  return [checkNodeVersion(), ...local, ...network];
}

async function checkNetwork(config: Config, patienceMs: number): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const need of portNeeds(config)) results.push(await checkPort(need, patienceMs));
  const udpFree = results.find(({ name }) => name === WEBRTC)?.state === "ok";
  for (const { host } of config.announce) {
    results.push(await checkUdpReach(host, { bind: config.bind, port: udpFree ? config.mediaUdpPort : 0 }));
  }
  return results;
}

function portNeeds(config: Config): PortNeed[] {
  const { bind } = config;
  return [
    {
      name: "Port: web and API",
      protocol: "tcp",
      port: config.httpPort,
      bind,
      variable: "SAMEROOM_HTTP_PORT",
    },
    {
      name: "Port: media, HTTP",
      protocol: "tcp",
      port: config.mediaHttpPort,
      bind,
      variable: "SAMEROOM_MEDIA_HTTP_PORT",
    },
    {
      name: WEBRTC,
      protocol: "udp",
      port: config.mediaUdpPort,
      bind,
      variable: "SAMEROOM_MEDIA_UDP_PORT",
    },
    ...(config.iceTcp ? [webrtcOverTcp(config)] : []),
    ...rtmp(config),
    ...srt(config),
  ];
}

function rtmp({ bind, rtmpPort, rtmpsPort }: Config): PortNeed[] {
  const needs: PortNeed[] = [];
  if (rtmpPort !== undefined) {
    const { port, isDefault } = rtmpPort;
    const need = { name: "Port: RTMP", protocol: "tcp", port, bind, variable: "SAMEROOM_RTMP_PORT" } as const;
    needs.push(isDefault ? { ...need, without: "RTMP" } : need);
  }
  if (rtmpsPort !== undefined) {
    needs.push({
      name: "Port: RTMPS",
      protocol: "tcp",
      port: rtmpsPort,
      bind,
      variable: "SAMEROOM_RTMPS_PORT",
    });
  }
  return needs;
}

function srt({ bind, srtPort }: Config): PortNeed[] {
  if (srtPort === undefined) return [];
  const { port, isDefault } = srtPort;
  const need = { name: "Port: SRT", protocol: "udp", port, bind, variable: "SAMEROOM_SRT_PORT" } as const;
  return [isDefault ? { ...need, without: "SRT" } : need];
}

function webrtcOverTcp({ bind, mediaUdpPort: port }: Config): PortNeed {
  const variable = "SAMEROOM_MEDIA_UDP_PORT";
  return { name: "Port: media, WebRTC over TCP", protocol: "tcp", port, bind, variable };
}
