import { parseIpAddress } from "@sameroom/base";

/** An address taken apart. `address` carries no brackets. */
export interface TransportAddress {
  address: string;
  port: number;
  family: 4 | 6;
  /** Whether it names the far end of a connection. */
  transport: "udp" | "tcp";
}

/** Reads `"192.0.2.1:5004"` or `"[2001:db8::1]:5004"`, for TCP with `tcp:` before it; undefined when malformed. */
export function parseTransportAddress(text: string): TransportAddress | undefined {
  const match = /^(?:tcp:)?(?:\[([0-9a-fA-F:.]{2,45})\]|([0-9.]{7,15})):(\d{1,5})$/.exec(text);
  if (match === null) return undefined;
  const port = Number(match[3]);
  if (port > 65_535) return undefined;
  const address = match[1] ?? match[2]!;
  const bytes = parseIpAddress(address);
  if (bytes === undefined || (bytes.length === 16) !== (match[1] !== undefined)) return undefined;
  return {
    address,
    port,
    family: bytes.length === 16 ? 6 : 4,
    transport: text.startsWith("tcp:") ? "tcp" : "udp",
  };
}

/** `"192.0.2.1:5004"` or `"[2001:db8::1]:5004"`. */
export function formatTransportAddress(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
