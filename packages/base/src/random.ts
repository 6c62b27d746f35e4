/** Randomness, handed in. Production code passes a cryptographic source, tests a seeded one. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** `count` uniform bytes in a fresh array. */
  bytes(count: number): Uint8Array;
}

/** Uniform integer in [0, bound); `bound` is at most 2^53. */
export function randomInteger(random: Random, bound: number): number {
  return Math.floor(random.next() * bound);
}

const ICE_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** `length` characters of the 64-letter `ice-char` alphabet (RFC 8839 section 5.4), six random bits each. */
export function randomIceString(random: Random, length: number): string {
  let text = "";
  for (const byte of random.bytes(length)) text += ICE_CHARACTERS[byte & 63];
  return text;
}
