import { randomBytes } from "node:crypto";

/** A version 7 UUID (RFC 9562 section 5.7): ids made later sort later, to the millisecond. */
export function newId(unixMs: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Math.floor(unixMs), 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** true when the text can be compared with a `uuid` column. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
