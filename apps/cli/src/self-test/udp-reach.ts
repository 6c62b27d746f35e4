import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { isIP, isIPv6 } from "node:net";
import { machineAddresses } from "../config/addresses.ts";
import { hostPort } from "../config/config.ts";
import type { CheckResult } from "./result.ts";

/** What {@link checkUdpReach} needs to know. */
export interface UdpReachOptions {
  readonly bind: readonly string[];
  /** UDP port; 0 lets the system choose. */
  readonly port: number;
  /** How long a datagram may take, default 500 ms. */
  readonly timeoutMs?: number;
}

/**
 * Opens the media port and sends a datagram to it at an announced address. A packet to an own address does not pass
 * the firewalls of the network, so "ok" means: this machine listens there and lets it in.
 */
export async function checkUdpReach(address: string, options: UdpReachOptions): Promise<CheckResult> {
  const { bind, port, timeoutMs = 500 } = options;
  const name = `UDP at ${address}`;
  // Somebody else's address, by name: found out where it leads at the start of media.
  if (isIP(address) === 0) return { name, ...notArrived(address, port) };
  const family = isIPv6(address) ? "udp6" : "udp4";
  const listeners = bind.filter((one) => isIPv6(one) === isIPv6(address));
  const sockets: Socket[] = [];
  const marker = randomBytes(16);
  try {
    let actualPort = port;
    const arrived = new Promise<true>((resolve, reject) => {
      for (let opened = 0; opened < listeners.length; opened++) {
        const socket = createSocket({ type: family, ipv6Only: family === "udp6" });
        sockets.push(socket);
        socket.on("message", (datagram) => {
          if (datagram.equals(marker)) resolve(true);
        });
        socket.once("error", reject);
      }
    });
    arrived.catch(() => {});
    for (const [index, one] of listeners.entries())
      actualPort = await bound(sockets[index]!, one, actualPort);
    const sender = createSocket(family);
    sockets.push(sender);
    const sent = new Promise<never>((_, reject) => {
      sender.once("error", reject);
      sender.send(marker, actualPort, address, (error) => error && reject(error));
    });
    const late = new Promise<false>((resolve) => setTimeout(resolve, timeoutMs, false));
    if (await Promise.race([arrived, sent, late])) {
      return { name, state: "ok", found: `a datagram to ${hostPort(address, actualPort)} came back` };
    }
    return { name, ...notArrived(address, actualPort) };
  } catch (error) {
    return { name, ...notArrived(address, port, error as NodeJS.ErrnoException) };
  } finally {
    for (const socket of sockets) socket.close();
  }
}

function bound(socket: Socket, address: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ address, port }, () => resolve(socket.address().port));
  });
}

function notArrived(address: string, port: number, fault?: NodeJS.ErrnoException): Omit<CheckResult, "name"> {
  const reason = fault === undefined ? "a datagram sent there did not arrive" : fault.message;
  if (!machineAddresses().some((one) => one.address === address)) {
    return {
      state: "warn",
      found: "not an address of this machine, so it cannot be tested from here",
      remedy: `Forward UDP ${port} of ${address} to this machine, or correct SAMEROOM_ANNOUNCE.`,
    };
  }
  return {
    state: "fail",
    found: reason,
    remedy: `Let UDP ${port} in on this machine's firewall, or leave ${address} out of SAMEROOM_ANNOUNCE and SAMEROOM_BIND.`,
  };
}
