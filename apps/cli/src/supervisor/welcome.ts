import { isIPv6 } from "node:net";
import { type Config, hostPort } from "../config/config.ts";
import type { Paint } from "../log/paint.ts";

/** What to open and where to send media, shown once everything is ready. */
export function welcome(config: Config, paint: Paint): string {
  const scheme = config.isHttps ? "https" : "http";
  const media = (host: string) => `${scheme}://${hostPort(host, config.mediaHttpPort)}`;
  const lines: [string, string][] = [[`Watch and host`, `${scheme}://localhost:${config.httpPort}`]];
  for (const { host } of config.announce.filter((one) => !isLoopback(one.host))) {
    lines.push(["On your network", `${scheme}://${hostPort(host, config.httpPort)}`]);
  }
  lines.push(["OBS, WHIP", `${media("localhost")}/whip/ROOM  (bearer token: the room's stream key)`]);
  lines.push(["Players, WHEP", `${media("localhost")}/whep/ROOM  (bearer token: a room token)`]);
  lines.push(["Data", config.dataDir]);
  const width = Math.max(...lines.map(([name]) => name.length));
  const rows = lines.map(([name, value]) => `  ${paint.dim(name.padEnd(width))}  ${paint.bold(value)}`);
  return [
    "",
    paint.green("Sameroom is running."),
    "",
    ...rows,
    "",
    ...notes(config),
    "  Ctrl-C ends it.",
    "",
  ].join("\n");
}

/** Browsers give camera and microphone to secure pages alone: HTTPS, or this very machine. */
function notes(config: Config): string[] {
  if (config.isHttps || config.announce.every(({ host }) => isLoopback(host))) return [];
  return ["  Other devices can watch over http; to go live from them, use HTTPS (docs/guide/install.md)."];
}

function isLoopback(address: string): boolean {
  return isIPv6(address) ? address === "::1" : address.startsWith("127.");
}

/** The admin login, which exists in clear nowhere else. */
export function adminLogin(username: string, password: string, paint: Paint): string {
  return [
    "",
    paint.yellow("  Your admin account. The password is shown this once; only its hash is kept."),
    `    user name  ${paint.bold(username)}`,
    `    password   ${paint.bold(password)}`,
    "",
  ].join("\n");
}
