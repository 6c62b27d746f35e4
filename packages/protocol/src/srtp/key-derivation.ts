import { ctr } from "@noble/ciphers/aes.js";
import { SRTP_PROFILES, type SrtpProfileName } from "./profile.ts";

/** Keys of one packet kind (SRTP or SRTCP) in one direction. */
export interface SrtpCipherKeys {
  key: Uint8Array;
  salt: Uint8Array;
  /** Empty for AEAD profiles. */
  authKey: Uint8Array;
}

/** Session keys of one direction (RFC 3711 section 4.3). */
export interface SrtpSessionKeys {
  profile: SrtpProfileName;
  rtp: SrtpCipherKeys;
  rtcp: SrtpCipherKeys;
}

/** AES-128 in counter mode as a key stream: `length` bytes from the given 16-byte counter block (RFC 3711 section 4.1.1). */
export function aesCounterKeystream(key: Uint8Array, counter: Uint8Array, length: number): Uint8Array {
  return ctr(key, counter).encrypt(new Uint8Array(length));
}

/** Session keys from a master key and salt, key derivation rate 0 (RFC 3711 section 4.3; RFC 7714 section 11 for AEAD). */
export function deriveSrtpKeys(
  profile: SrtpProfileName,
  masterKey: Uint8Array,
  masterSalt: Uint8Array,
): SrtpSessionKeys {
  const { keyBytes, saltBytes, authKeyBytes } = SRTP_PROFILES[profile];
  if (masterKey.length !== keyBytes || masterSalt.length !== saltBytes) {
    throw new RangeError(`${profile} takes a ${keyBytes}-byte master key and a ${saltBytes}-byte salt`);
  }
  const derive = (label: number, length: number): Uint8Array => {
    const counter = new Uint8Array(16);
    // A 96-bit salt counts as the upper part of the 112-bit one.
    counter.set(masterSalt);
    counter[7]! ^= label;
    return aesCounterKeystream(masterKey, counter, length);
  };
  const keysFrom = (label: number): SrtpCipherKeys => ({
    key: derive(label, keyBytes),
    authKey: authKeyBytes === 0 ? new Uint8Array(0) : derive(label + 1, authKeyBytes),
    salt: derive(label + 2, saltBytes),
  });
  return { profile, rtp: keysFrom(0), rtcp: keysFrom(3) };
}

/**
 * The two directions' master keys out of a DTLS exporter's bytes (RFC 5764 section 4.2): client key, server key, client
 * salt, server salt.
 */
export function splitDtlsKeyingMaterial(
  profile: SrtpProfileName,
  material: Uint8Array,
): { client: SrtpSessionKeys; server: SrtpSessionKeys } {
  const { keyBytes, saltBytes } = SRTP_PROFILES[profile];
  if (material.length < 2 * (keyBytes + saltBytes)) throw new RangeError("too little keying material");
  const salts = 2 * keyBytes;
  return {
    client: deriveSrtpKeys(profile, material.slice(0, keyBytes), material.slice(salts, salts + saltBytes)),
    server: deriveSrtpKeys(
      profile,
      material.slice(keyBytes, salts),
      material.slice(salts + saltBytes, salts + 2 * saltBytes),
    ),
  };
}
