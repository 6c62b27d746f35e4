import { createSocket } from "node:dgram";
import { createServer, isIPv6 } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { hostPort } from "../config/config.ts";
import type { CheckResult } from "./result.ts";

/** One listener Sameroom will open. */
export interface PortNeed {
  readonly name: string;
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  readonly bind: readonly string[];
  /** The variable that moves it elsewhere. */
  readonly variable: string;
  /** What Sameroom starts without when this cannot be opened; absent: it does not start. */
  readonly without?: string;
}

/** Opens and closes the listener. `patienceMs`: how long a taken port may take to become free (a former run ends). */
export async function checkPort(need: PortNeed, patienceMs: number): Promise<CheckResult> {
  const open = need.protocol === "tcp" ? tryTcp : tryUdp;
  const what = `${need.protocol.toUpperCase()} ${need.port}`;
  for (const address of need.bind) {
    let fault = await open(address, need.port);
    for (let waited = 0; fault?.code === "EADDRINUSE" && waited < patienceMs; waited += 250) {
      await sleep(250);
      fault = await open(address, need.port);
    }
    if (fault !== undefined) {
      const words = inWords(fault, need, hostPort(address, need.port));
      if (need.without === undefined) return { name: need.name, state: "fail", ...words };
      const found = `${words.found}: starting without ${need.without}`;
      return { name: need.name, state: "warn", found, remedy: words.remedy };
    }
  }
  return { name: need.name, state: "ok", found: `${what} is free` };
}

function inWords(
  fault: NodeJS.ErrnoException,
  need: PortNeed,
  where: string,
): { found: string; remedy: string } {
  const what = `${need.protocol.toUpperCase()} ${where}`;
  switch (fault.code) {
    case "EADDRINUSE":
      return {
        found: `${what} is taken by another program`,
        remedy: `Stop that program, or set ${need.variable} to a free port.`,
      };
    case "EACCES":
      return {
        found: `${what} may only be opened by root`,
        remedy: `Set ${need.variable} to a port above 1023 and put a reverse proxy in front.`,
      };
    case "EADDRNOTAVAIL":
      return {
        found: `${what}: this machine has no such address`,
        remedy: "Set SAMEROOM_BIND to addresses of this machine, or leave it out.",
      };
    default:
      return {
        found: `${what} cannot be opened: ${fault.message}`,
        remedy: `Look at SAMEROOM_BIND and ${need.variable}.`,
      };
  }
}

function tryTcp(address: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(error));
    server.listen({ host: address, port, ipv6Only: isIPv6(address), exclusive: true }, () =>
      server.close(() => resolve(undefined)),
    );
  });
}

function tryUdp(address: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: isIPv6(address) ? "udp6" : "udp4", ipv6Only: isIPv6(address) });
    socket.once("error", (error) => {
      socket.close();
      resolve(error);
    });
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve(undefined)));
  });
}
