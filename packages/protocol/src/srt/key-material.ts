/** What a key material message begins with: version 1, type 2, `HAI` packed (draft-sharabayko-srt-01 section 3.2.2). */
const FIRST_WORD = 0x12_2029;
const CIPHER_AES_CTR = 2;
const SALT_BYTES = 16;
/** RFC 3394 adds one block of eight bytes. */
const WRAP_BYTES = 8;

/** Stream encrypting keys on their way to the receiver, wrapped. */
export interface KeyMaterial {
  /** 1: the even key, 2: the odd one, 3: both. */
  keys: 1 | 2 | 3;
  /** Sixteen bytes. */
  salt: Uint8Array;
  /** Of one key: 16, 24 or 32. */
  keyBytes: number;
  /** The keys, even before odd, wrapped together. */
  wrapped: Uint8Array;
}

/** `cipher`: AES-GCM or another that is not known here; `form`: it cannot be understood. Never throws. */
export function parseKeyMaterial(bytes: Uint8Array): KeyMaterial | "cipher" | "form" {
  if (bytes.length < 16 + SALT_BYTES + WRAP_BYTES) return "form";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0) >>> 8 !== FIRST_WORD) return "form";
  const keys = bytes[3]! & 3;
  if (keys === 0) return "form";
  if (bytes[8] !== CIPHER_AES_CTR || bytes[9] !== 0) return "cipher";
  const keyBytes = bytes[15]! * 4;
  if (bytes[14]! * 4 !== SALT_BYTES || ![16, 24, 32].includes(keyBytes)) return "form";
  const end = 16 + SALT_BYTES + WRAP_BYTES + (keys === 3 ? 2 : 1) * keyBytes;
  if (bytes.length !== end) return "form";
  return {
    keys: keys as KeyMaterial["keys"],
    salt: bytes.subarray(16, 16 + SALT_BYTES),
    keyBytes,
    wrapped: bytes.subarray(16 + SALT_BYTES),
  };
}
