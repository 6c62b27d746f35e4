/** The cryptography that SRT needs, handed in: this package has none of its own that is fast. */
export interface SrtCrypto {
  /** PBKDF2 with HMAC-SHA-1, 2,048 rounds (draft-sharabayko-srt-01 section 6.1.4). */
  deriveKey(passphrase: string, salt: Uint8Array, keyBytes: number): Uint8Array;
  /** AES key unwrapping (RFC 3394); undefined when the integrity check fails: another key. */
  unwrapKey(key: Uint8Array, wrapped: Uint8Array): Uint8Array | undefined;
  /** AES in counter mode, in a fresh array. `counter` has sixteen bytes; `key` 16, 24 or 32. */
  decrypt(key: Uint8Array, counter: Uint8Array, bytes: Uint8Array): Uint8Array;
  /** 32 bits nobody can guess who does not know this server's secret: a keyed hash of `text`. */
  cookieOf(text: string): number;
  /** `count` bytes nobody can guess. */
  randomBytes(count: number): Uint8Array;
}
