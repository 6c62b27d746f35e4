import { formatIpAddress, parseIpAddress } from "./ip-address.ts";

const IPV4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** What one customer of a network usually has: all addresses that share these bytes. */
const PREFIX_BYTES = 8;

/** What limits for each address count by: an IPv4 address, or the first 64 bits of an IPv6 address. */
export function addressGroup(ip: string): string {
  const mapped = IPV4_MAPPED.exec(ip)?.[1];
  if (mapped !== undefined || !ip.includes(":")) return mapped ?? ip;
  const bytes = parseIpAddress(ip.split("%", 1)[0]!);
  return bytes === undefined ? ip : formatIpAddress(bytes.fill(0, PREFIX_BYTES));
}
