/** Attribute types of RFC 8489 section 18.3 and RFC 8445 section 16.1. */
export const STUN_ATTRIBUTE = {
  mappedAddress: 0x0001,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  realm: 0x0014,
  nonce: 0x0015,
  messageIntegritySha256: 0x001c,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  software: 0x8022,
  fingerprint: 0x8028,
  iceControlled: 0x8029,
  iceControlling: 0x802a,
} as const;

/** First word of every transaction since RFC 5389. */
export const STUN_MAGIC_COOKIE = 0x2112a442;

export const STUN_HEADER_BYTES = 20;
/** XORed onto the CRC-32 so that it differs from another protocol's (RFC 8489 section 14.7). */
export const FINGERPRINT_XOR = 0x5354554e;

/** Longest datagram we read as STUN: more than any ICE check needs, less than an MTU-sized flood costs. */
export const STUN_MAX_BYTES = 2048;
