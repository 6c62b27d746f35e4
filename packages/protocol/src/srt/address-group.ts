import { formatIpAddress, parseIpAddress } from "../ice/transport-address.ts";

/** What one customer of a network usually has: all addresses that share these bytes. */
const PREFIX_BYTES = 8;

/** What limits for each address count by: an IPv4 address, or the first 64 bits of an IPv6 address. */
export function addressGroup(ip: string): string {
  if (!ip.includes(":")) return ip;
  const bytes = parseIpAddress(ip.split("%", 1)[0]!);
  return bytes === undefined ? ip : formatIpAddress(bytes.fill(0, PREFIX_BYTES));
}
