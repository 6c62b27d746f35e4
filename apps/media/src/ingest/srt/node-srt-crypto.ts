import { createDecipheriv, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import type { SrtCrypto } from "@sameroom/protocol";

const ROUNDS = 2048;
/** What a whole key begins with once unwrapped (RFC 3394 section 2.2.3.1). */
const WRAP_CHECK = Buffer.alloc(8, 0xa6);

/** SRT's cryptography by OpenSSL; its cookies are good for this process only. */
export function createNodeSrtCrypto(): SrtCrypto {
  const secret = randomBytes(32);
  return {
    deriveKey: (passphrase, salt, keyBytes) => pbkdf2Sync(passphrase, salt, ROUNDS, keyBytes, "sha1"),
    unwrapKey: (key, wrapped) => {
      try {
        const cipher = createDecipheriv(`id-aes${key.length * 8}-wrap`, key, WRAP_CHECK);
        return Buffer.concat([cipher.update(wrapped), cipher.final()]);
      } catch {
        return undefined;
      }
    },
    decrypt: (key, counter, bytes) =>
      createDecipheriv(`aes-${key.length * 8}-ctr`, key, counter).update(bytes),
    cookieOf: (text) => createHmac("sha256", secret).update(text).digest().readUInt32BE(0),
    randomBytes,
  };
}
