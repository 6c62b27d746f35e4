import { formatIpAddress, parseIpAddress } from "@sameroom/base";
import { formatTransportAddress, parseTransportAddress } from "./transport-address.ts";

/** Reads a (XOR-)MAPPED-ADDRESS value (RFC 8489 sections 14.1, 14.2). `mask` is cookie and transaction id, or undefined. */
export function readStunAddress(value: Uint8Array, mask: Uint8Array | undefined): string | undefined {
  const bytes = value[1] === 1 ? 4 : value[1] === 2 ? 16 : 0;
  if (bytes === 0 || value.length !== 4 + bytes) return undefined;
  // A copy: `slice` of a Buffer would be a view, and unmasking would write into the datagram.
  const plain = new Uint8Array(value.subarray(2));
  if (mask !== undefined) applyMask(plain, mask);
  return formatTransportAddress(formatIpAddress(plain.subarray(2)), (plain[0]! << 8) | plain[1]!);
}

/** The attribute's value. Throws `TypeError` when `address` is not a transport address. */
export function writeStunAddress(address: string, mask: Uint8Array | undefined): Uint8Array {
  const parsed = parseTransportAddress(address);
  const ip = parsed && parseIpAddress(parsed.address);
  if (parsed === undefined || ip === undefined) throw new TypeError(`not a transport address: ${address}`);
  const value = new Uint8Array(4 + ip.length);
  value[1] = ip.length === 4 ? 1 : 2;
  value[2] = parsed.port >> 8;
  value[3] = parsed.port & 255;
  value.set(ip, 4);
  if (mask !== undefined) applyMask(value.subarray(2), mask);
  return value;
}

/** Port with the cookie's first half, address with cookie and transaction id. */
function applyMask(portAndAddress: Uint8Array, mask: Uint8Array): void {
  portAndAddress[0]! ^= mask[0]!;
  portAndAddress[1]! ^= mask[1]!;
  for (let index = 2; index < portAndAddress.length; index++) portAndAddress[index]! ^= mask[index - 2]!;
}
