import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeUtf8 } from "@sameroom/base";
import { equalBytes } from "../ice/hmac-sha1.ts";

/**
 * The digests that Flash clients and servers prove themselves with. Adobe has not published them; this is how every
 * implementation has it. The keys are no secret.
 */
const CLIENT_NAME = encodeUtf8("Genuine Adobe Flash Player 001");
const SERVER_NAME = encodeUtf8("Genuine Adobe Flash Media Server 001");
const SERVER_KEY = Uint8Array.from([
  ...SERVER_NAME,
  ...[0xf0, 0xee, 0xc2, 0x4a, 0x80, 0x68, 0xbe, 0xe8, 0x2e, 0x00, 0xd0, 0xd1, 0x02, 0x9e, 0x7e, 0x57],
  ...[0x6e, 0xec, 0x5d, 0x2d, 0x29, 0x80, 0x6f, 0xab, 0x93, 0xb8, 0xe6, 0x36, 0xcf, 0xeb, 0x31, 0xae],
]);
const DIGEST_BYTES = 32;
/** Where the four bytes lie that tell where the digest lies, in either layout. */
const LAYOUTS = [8, 772] as const;
type Layout = (typeof LAYOUTS)[number];

/** The digest in a client's first 1,536 bytes, and the layout that has it; undefined: the client proves nothing. */
export function findClientDigest(c1: Uint8Array): { digest: Uint8Array; layout: Layout } | undefined {
  for (const layout of LAYOUTS) {
    const at = placeOf(c1, layout);
    const digest = c1.subarray(at, at + DIGEST_BYTES);
    if (equalBytes(digest, digestOf(c1, at, CLIENT_NAME))) return { digest, layout };
  }
  return undefined;
}

/** Puts the server's digest into its first 1,536 bytes. */
export function signServerStart(s1: Uint8Array, layout: Layout): void {
  const at = placeOf(s1, layout);
  s1.set(digestOf(s1, at, SERVER_NAME), at);
}

/** Puts the answer to a client's digest at the end of the server's second 1,536 bytes. */
export function signServerAnswer(s2: Uint8Array, clientDigest: Uint8Array): void {
  const key = hmac(sha256, SERVER_KEY, clientDigest);
  const end = s2.length - DIGEST_BYTES;
  s2.set(hmac(sha256, key, s2.subarray(0, end)), end);
}

function placeOf(bytes: Uint8Array, layout: Layout): number {
  const sum = bytes[layout]! + bytes[layout + 1]! + bytes[layout + 2]! + bytes[layout + 3]!;
  return (sum % 728) + layout + 4;
}

/** Of everything but the digest itself. */
function digestOf(bytes: Uint8Array, at: number, key: Uint8Array): Uint8Array {
  const message = new Uint8Array(bytes.length - DIGEST_BYTES);
  message.set(bytes.subarray(0, at));
  message.set(bytes.subarray(at + DIGEST_BYTES), at);
  return hmac(sha256, key, message);
}
