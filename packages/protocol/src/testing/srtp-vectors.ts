import type { SrtpProfileName } from "../srtp/profile.ts";

/** Published packets that every implementation must reproduce bit by bit. Bytes are hex, spaces allowed. */
export interface SrtpPacketVector {
  name: string;
  profile: SrtpProfileName;
  kind: "rtp" | "rtcp";
  /** Either master key and salt to derive from … */
  master?: { key: string; salt: string };
  /** … or session keys as they are (`authKey` empty for AEAD). */
  session?: { key: string; salt: string; authKey: string };
  /** Rollover counter (rtp) or SRTCP index (rtcp). */
  index: number;
  /** E flag; only rtcp may be false. */
  encrypted: boolean;
  plain: string;
  protected: string;
}

const RFC7714_SESSION = {
  key: "000102030405060708090a0b0c0d0e0f",
  salt: "517569642070726f2071756f",
  authKey: "",
} as const;

const RFC7714_RTCP =
  "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef deadbeef";

const RFC3711_MASTER = {
  key: "e1f97a0d3e018be0d64fa32c06de4139",
  salt: "0ec675ad498afeebb6960b3aabe6",
} as const;

/** Vectors of RFC 3711 appendix B, RFC 7714 sections 16 and 17, and whole AES-CM packets known from libsrtp's self-test. */
export const SRTP_TEST_VECTORS = {
  /** RFC 3711 appendix B.2: key stream blocks by their counter. */
  keystream: {
    key: "2b7e151628aed2a6abf7158809cf4f3c",
    blocks: [
      { counter: "f0f1f2f3f4f5f6f7f8f9fafbfcfd0000", block: "e03ead0935c95e80e166b16dd92b4eb4" },
      { counter: "f0f1f2f3f4f5f6f7f8f9fafbfcfd0001", block: "d23513162b02d0f72a43a2fe4a5f97ab" },
      { counter: "f0f1f2f3f4f5f6f7f8f9fafbfcfd0002", block: "41e95b3bb0a2e8dd477901e4fca894c0" },
      { counter: "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", block: "ec8cdf7398607cb0f2d21675ea9ea1e4" },
      { counter: "f0f1f2f3f4f5f6f7f8f9fafbfcfdff00", block: "362b7c3c6773516318a077d7fc5073ae" },
      { counter: "f0f1f2f3f4f5f6f7f8f9fafbfcfdff01", block: "6a2cc3787889374fbeb4c81b17ba6c44" },
    ],
  },
  /** RFC 3711 appendix B.3: session keys of SRTP out of a master key. */
  keyDerivation: {
    masterKey: RFC3711_MASTER.key,
    masterSalt: RFC3711_MASTER.salt,
    cipherKey: "c61e7a93744f39ee10734afe3ff7a087",
    cipherSalt: "30cbbc08863d8c85d49db34a9ae1",
    authKey: "cebe321f6ff7716b6fd4ab49af256a156d38baa4",
  },
  packets: [
    {
      name: "RFC 7714 section 16.1.1: SRTP AEAD_AES_128_GCM",
      profile: "AEAD_AES_128_GCM",
      kind: "rtp",
      session: RFC7714_SESSION,
      index: 0,
      encrypted: true,
      plain:
        "8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 73207472 6573",
      protected:
        "8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce",
    },
    {
      name: "RFC 7714 section 17.1: SRTCP AEAD_AES_128_GCM",
      profile: "AEAD_AES_128_GCM",
      kind: "rtcp",
      session: RFC7714_SESSION,
      index: 0x5d4,
      encrypted: true,
      plain: RFC7714_RTCP,
      protected:
        "81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4",
    },
    {
      name: "RFC 7714 section 17.3: SRTCP AEAD_AES_128_GCM, tag only",
      profile: "AEAD_AES_128_GCM",
      kind: "rtcp",
      session: RFC7714_SESSION,
      index: 0x5d4,
      encrypted: false,
      plain: RFC7714_RTCP,
      protected: `${RFC7714_RTCP} 841dd968 3dd78ec9 2ae58790 125f62b3 000005d4`,
    },
    {
      name: "SRTP AES128_CM_HMAC_SHA1_80 with the master key of RFC 3711 B.3",
      profile: "AES128_CM_HMAC_SHA1_80",
      kind: "rtp",
      master: RFC3711_MASTER,
      index: 0,
      encrypted: true,
      plain: "800f1234 decafbad cafebabe abababab abababab abababab abababab",
      protected: "800f1234 decafbad cafebabe 4e55dc4c e79978d8 8ca4d215 949d2402 b78d6acc 99ea179b 8dbb",
    },
    {
      name: "SRTCP AES128_CM_HMAC_SHA1_80 with the master key of RFC 3711 B.3",
      profile: "AES128_CM_HMAC_SHA1_80",
      kind: "rtcp",
      master: RFC3711_MASTER,
      index: 1,
      encrypted: true,
      plain: "81c8000b cafebabe abababab abababab abababab abababab",
      protected: "81c8000b cafebabe 7128035b e487b9bd bef89041 f977a5a8 80000001 993e08cd 54d6c1230798",
    },
  ] satisfies readonly SrtpPacketVector[] as readonly SrtpPacketVector[],
} as const;

/** Bytes of a hex string; white space is skipped. */
export function fromHex(hex: string): Uint8Array {
  const digits = hex.replace(/\s+/g, "");
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}

/** Lower-case hex of bytes. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
