import { aeskw, ctr } from "@noble/ciphers/aes.js";
import { ByteWriter } from "../bytes/byte-writer.ts";
import type { SrtCrypto } from "./crypto.ts";

/** The keys of a caller that encrypts. */
export class SenderKeysFixture {
  readonly salt: Uint8Array;
  flag: 1 | 2 = 1;
  readonly #crypto: SrtCrypto;
  readonly #wrapping: Uint8Array;
  readonly #keyBytes: number;
  #key: Uint8Array;

  constructor(crypto: SrtCrypto, passphrase: string, keyBytes: number) {
    this.#crypto = crypto;
    this.#keyBytes = keyBytes;
    this.salt = crypto.randomBytes(16);
    this.#wrapping = crypto.deriveKey(passphrase, this.salt.subarray(8), keyBytes);
    this.#key = crypto.randomBytes(keyBytes);
  }

  /** The message that carries the key in use; with `next`, also the one to come, and what makes it the one in use. */
  message(next?: Uint8Array): Uint8Array {
    const even = this.flag === 1 ? this.#key : next;
    const odd = this.flag === 2 ? this.#key : next;
    const keys = new ByteWriter(64);
    for (const key of [even, odd]) if (key !== undefined) keys.bytes(key);
    return new ByteWriter(128)
      .uint8(0x12)
      .uint16(0x2029)
      .uint8(next === undefined ? this.flag : 3)
      .uint32(0)
      .bytes(Uint8Array.of(2, 0, 2, 0, 0, 0, 4, this.#keyBytes / 4))
      .bytes(this.salt)
      .bytes(aeskw(this.#wrapping).encrypt(keys.finish()))
      .finish();
  }

  /** Announces another key; `use()` makes it the one in use. */
  renew(): { message: Uint8Array; use: () => void } {
    const next = this.#crypto.randomBytes(this.#keyBytes);
    return {
      message: this.message(next),
      use: () => {
        this.#key = next;
        this.flag = this.flag === 1 ? 2 : 1;
      },
    };
  }

  encrypt(sequence: number, payload: Uint8Array): Uint8Array {
    const counter = new Uint8Array(16);
    counter.set(this.salt.subarray(0, 14));
    const view = new DataView(counter.buffer);
    view.setUint32(10, (view.getUint32(10) ^ sequence) >>> 0);
    return ctr(this.#key, counter).encrypt(payload);
  }
}
