import { equalBytes } from "../ice/hmac-sha1.ts";
import type { SrtCrypto } from "./crypto.ts";
import { parseKeyMaterial } from "./key-material.ts";

export interface ReceiveKeysOptions {
  passphrase: string;
  crypto: SrtCrypto;
}

/** Bits of the salt that go into the counter block (draft-sharabayko-srt-01 section 6.1.2): 112. */
const SALT_IN_COUNTER = 14;
const EVEN = 1;
const ODD = 2;

/** The keys one caller encrypts with: two, so that one can be changed while the other is used. */
export class ReceiveKeys {
  readonly #options: ReceiveKeysOptions;
  readonly #keys: [Uint8Array | undefined, Uint8Array | undefined] = [undefined, undefined];
  readonly #counter = new Uint8Array(16);
  #salt: Uint8Array = new Uint8Array(16);
  /** The last message, as it came: callers repeat it until it is answered. */
  #last: Uint8Array | undefined;
  #wrapping: { salt: Uint8Array; keyBytes: number; key: Uint8Array } | undefined;

  constructor(options: ReceiveKeysOptions) {
    this.#options = options;
  }

  /** Length of a key in bits; 0 before the first. */
  get bits(): number {
    return (this.#keys[0] ?? this.#keys[1] ?? "").length * 8;
  }

  /** Takes a key material message; what is wrong with it otherwise, and nothing has changed. */
  take(message: Uint8Array): "taken" | "secret" | "cipher" | "form" {
    if (this.#last !== undefined && equalBytes(this.#last, message)) return "taken";
    const material = parseKeyMaterial(message);
    if (typeof material === "string") return material;
    const { keys, keyBytes, salt } = material;
    const wrappingKey = this.#wrappingKey(salt, keyBytes);
    const unwrapped = this.#options.crypto.unwrapKey(wrappingKey, material.wrapped);
    if (unwrapped === undefined) return "secret";
    this.#last = message.slice();
    this.#salt = salt.slice();
    if ((keys & EVEN) !== 0) this.#keys[0] = unwrapped.slice(0, keyBytes);
    if ((keys & ODD) !== 0) this.#keys[1] = unwrapped.slice(unwrapped.length - keyBytes);
    return "taken";
  }

  /** The payload in the clear; undefined when it is not encrypted, or with a key that never came. */
  decrypt(sequence: number, keyFlag: number, payload: Uint8Array): Uint8Array | undefined {
    const key = keyFlag === EVEN ? this.#keys[0] : keyFlag === ODD ? this.#keys[1] : undefined;
    if (key === undefined) return undefined;
    const counter = this.#counter;
    counter.fill(0);
    counter.set(this.#salt.subarray(0, SALT_IN_COUNTER));
    for (let byte = 0; byte < 4; byte += 1) counter[10 + byte]! ^= (sequence >>> (24 - byte * 8)) & 0xff;
    return this.#options.crypto.decrypt(key, counter, payload);
  }

  /** Two thousand rounds of hashing: kept while the salt stays, as it does when callers change keys. */
  #wrappingKey(salt: Uint8Array, keyBytes: number): Uint8Array {
    const known = this.#wrapping;
    if (known !== undefined && known.keyBytes === keyBytes && equalBytes(known.salt, salt)) return known.key;
    // The key encrypting key is salted with the last 64 bits (section 6.1.4).
    const key = this.#options.crypto.deriveKey(this.#options.passphrase, salt.subarray(8), keyBytes);
    this.#wrapping = { salt: salt.slice(), keyBytes, key };
    return key;
  }
}
