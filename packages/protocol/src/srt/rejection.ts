/**
 * Why a caller is turned away, as libsrt numbers it (`srt.h`, `access_control.h`). Callers print it; the codes from 1400
 * on are those of HTTP with 1000 added.
 */
export const SRT_REJECTION = {
  /** No more connections from this address, or at all. */
  resource: 3,
  /** The handshake makes no sense. */
  rogue: 4,
  /** Handshakes of version 4, of libsrt before 1.3. */
  version: 8,
  /** Another passphrase than ours. */
  badSecret: 10,
  /** Only one side has a passphrase. */
  unsecure: 11,
  /** File mode; only live mode carries a stream. */
  messageApi: 12,
  congestion: 13,
  /** Packet filters (forward error correction). */
  filter: 14,
  /** Bonded links. */
  group: 15,
  /** Nobody answered in time. */
  timeout: 16,
  /** Another cipher than AES-CTR. */
  crypto: 17,
  badRequest: 1400,
  unauthorized: 1401,
  overload: 1402,
  forbidden: 1403,
  notFound: 1404,
  badMode: 1405,
  /** Somebody else publishes there. */
  conflict: 1409,
  internal: 1500,
  down: 1503,
} as const;

/** The word for a reason to turn a caller away. */
export type SrtRejection = keyof typeof SRT_REJECTION;

/** A rejection is told as a handshake type from here on (section 3.2.1, table 4; libsrt `URQ_FAILURE_TYPES`). */
const FAILURE_TYPES = 1000;

/** The handshake type that tells a caller so. */
export function rejectionType(rejection: SrtRejection): number {
  return FAILURE_TYPES + SRT_REJECTION[rejection];
}
