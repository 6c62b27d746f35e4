/** Protection profiles by their IANA names (RFC 5764, RFC 7714), in the words of the wire. */
export type SrtpProfileName = "AEAD_AES_128_GCM" | "AES128_CM_HMAC_SHA1_80";

export interface SrtpProfileParameters {
  keyBytes: number;
  /** Master and session salt. */
  saltBytes: number;
  /** HMAC key of the session; 0 for AEAD. */
  authKeyBytes: number;
  tagBytes: number;
}

/** Lengths per profile; a DTLS exporter yields `2 * (keyBytes + saltBytes)` bytes (RFC 5764 section 4.2). */
export const SRTP_PROFILES: Readonly<Record<SrtpProfileName, SrtpProfileParameters>> = {
  AEAD_AES_128_GCM: { keyBytes: 16, saltBytes: 12, authKeyBytes: 0, tagBytes: 16 },
  AES128_CM_HMAC_SHA1_80: { keyBytes: 16, saltBytes: 14, authKeyBytes: 20, tagBytes: 10 },
};
