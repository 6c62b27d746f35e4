import { parseIpAddress } from "./ip-address.ts";

/** What is not the public internet: IANA's special-purpose registries (RFC 6890) and what reaches IPv4 through IPv6. */
const IPV4 = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"],
  ...["192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"],
  ...["198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"],
];
const IPV6 = [
  ...["::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32"],
  ...["2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"],
];

const SPECIAL = [...IPV4, ...IPV6].map((range) => {
  const [network = "", bits] = range.split("/");
  return { bytes: parseIpAddress(network)!, bits: Number(bits) };
});

/** Whether an IP address is one of the public internet. Anything that is no address is not. */
export function isPublicAddress(address: string): boolean {
  const bytes = parseIpAddress(address);
  return bytes !== undefined && !SPECIAL.some((range) => isWithin(bytes, range));
}

function isWithin(bytes: Uint8Array, range: { bytes: Uint8Array; bits: number }): boolean {
  if (bytes.length !== range.bytes.length) return false;
  for (let index = 0; index * 8 < range.bits; index++) {
    const mask = 0xff & (0xff00 >> Math.min(8, range.bits - index * 8));
    if (((bytes[index]! ^ range.bytes[index]!) & mask) !== 0) return false;
  }
  return true;
}
