import { aeskw, ctr } from "@noble/ciphers/aes.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeUtf8, type Random } from "@sameroom/base";
import type { SrtCrypto } from "./crypto.ts";

/** SRT's cryptography without OpenSSL, with randomness that can be repeated. */
export function srtCryptoFixture(random: Random): SrtCrypto {
  const secret = random.bytes(32);
  return {
    deriveKey: (passphrase, salt, keyBytes) =>
      pbkdf2(sha1, encodeUtf8(passphrase), salt, { c: 2048, dkLen: keyBytes }),
    unwrapKey: (key, wrapped) => {
      try {
        return aeskw(key).decrypt(wrapped);
      } catch {
        return undefined;
      }
    },
    decrypt: (key, counter, bytes) => ctr(key, counter.slice()).decrypt(bytes),
    cookieOf: (text) => new DataView(hmac(sha256, secret, encodeUtf8(text)).buffer).getUint32(0),
    randomBytes: (count) => random.bytes(count),
  };
}
