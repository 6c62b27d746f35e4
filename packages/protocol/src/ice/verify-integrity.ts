import { equalBytes, type HmacSha1 } from "./hmac-sha1.ts";
import type { StunMessage } from "./types.ts";

const lengthField = new Uint8Array(2);

/** True when the message has a MESSAGE-INTEGRITY made with this key. `datagram` is the one `message` was parsed from. */
export function verifyIntegrity(datagram: Uint8Array, message: StunMessage, key: HmacSha1): boolean {
  const offset = message.integrityOffset;
  if (offset < 20 || offset + 24 > datagram.length) return false;
  // The digest is over a header whose length ends with this attribute (RFC 8489 section 14.5).
  const length = offset + 24 - 20;
  lengthField[0] = length >> 8;
  lengthField[1] = length;
  const digest = key.digest(datagram.subarray(0, 2), lengthField, datagram.subarray(4, offset));
  return equalBytes(digest, datagram.subarray(offset + 4, offset + 24));
}
