import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";

/** One address of this machine. */
export interface MachineAddress {
  readonly address: string;
  readonly internal: boolean;
}

/** Addresses of all interfaces that are up, without IPv6 link-local ones (they need a zone, RFC 4007 section 11). */
export function machineAddresses(interfaces = networkInterfaces()): MachineAddress[] {
  return Object.values(interfaces)
    .flatMap((entries) => entries ?? [])
    .filter((entry) => !entry.address.toLowerCase().startsWith("fe80:"))
    .map(({ address, internal }) => ({ address, internal }));
}

/**
 * Addresses to announce when the operator names none: every non-internal one that `bind` listens on, then 127.0.0.1
 * for browsers on this machine.
 */
export function announcedAddresses(bind: readonly string[], machine = machineAddresses()): string[] {
  const bound = (address: string) =>
    bind.includes(address) || bind.includes("::") || (bind.includes("0.0.0.0") && !isIPv6(address));
  const outside = machine.filter((one) => !one.internal && bound(one.address)).map((one) => one.address);
  const loopback = bound("127.0.0.1") ? ["127.0.0.1"] : [];
  const all = [...new Set([...outside, ...loopback])];
  return all.length > 0 ? all : [...bind];
}
