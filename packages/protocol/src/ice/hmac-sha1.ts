import { _HMAC } from "@noble/hashes/hmac.js";
import { type _SHA1, sha1 } from "@noble/hashes/legacy.js";

/**
 * HMAC-SHA1 (RFC 2104) with one key for many messages: the key pads are hashed once, then each message starts from a
 * copy of that state in a scratch object, so that nothing is allocated per message.
 */
export class HmacSha1 {
  readonly #keyed: _HMAC<_SHA1>;
  readonly #scratch: _HMAC<_SHA1>;
  readonly #digest = new Uint8Array(20);

  constructor(key: Uint8Array) {
    this.#keyed = new _HMAC<_SHA1>(sha1, key);
    this.#scratch = this.#keyed.clone();
  }

  /** Digest of the concatenation of `parts`; 20 bytes, valid until the next call. */
  digest(...parts: readonly Uint8Array[]): Uint8Array {
    this.#keyed._cloneInto(this.#scratch);
    for (const part of parts) this.#scratch.update(part);
    this.#scratch.digestInto(this.#digest);
    return this.#digest;
  }
}

/** Compares all bytes whatever they are, so that timing tells nothing. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= left[index]! ^ right[index]!;
  return difference === 0;
}
