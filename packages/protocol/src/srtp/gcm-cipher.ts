import { gcm } from "@noble/ciphers/aes.js";
import { concatBytes, RTCP_CLEAR_BYTES, rtcpIndexWord, type SrtpCipher } from "./cipher.ts";
import type { SrtpSessionKeys } from "./key-derivation.ts";

const TAG_BYTES = 16;

/** AEAD_AES_128_GCM (RFC 7714). */
export function createGcmCipher(keys: SrtpSessionKeys): SrtpCipher {
  const { rtp, rtcp } = keys;
  return {
    rtpOverhead: TAG_BYTES,
    rtcpOverhead: TAG_BYTES + 4,
    sealRtp(packet, headerLength, index) {
      const header = packet.slice(0, headerLength);
      const sealed = gcm(rtp.key, rtpNonce(packet, index, rtp.salt), header).encrypt(
        packet.slice(headerLength),
      );
      return concatBytes(header, sealed);
    },
    openRtp(packet, headerLength, index) {
      const header = packet.slice(0, headerLength);
      const nonce = rtpNonce(packet, index, rtp.salt);
      const opened = open(rtp.key, nonce, { associated: header, sealed: packet.slice(headerLength) });
      return opened && concatBytes(header, opened);
    },
    sealRtcp(packet, index, encrypted) {
      const clear = encrypted ? packet.slice(0, RTCP_CLEAR_BYTES) : packet;
      const word = rtcpIndexWord(index, encrypted);
      const cipher = gcm(rtcp.key, rtcpNonce(packet, index, rtcp.salt), concatBytes(clear, word));
      return concatBytes(clear, cipher.encrypt(packet.slice(clear.length)), word);
    },
    openRtcp(packet, index, encrypted) {
      const end = packet.length - 4;
      const clear = packet.slice(0, encrypted ? RTCP_CLEAR_BYTES : end - TAG_BYTES);
      const nonce = rtcpNonce(packet, index, rtcp.salt);
      const associated = concatBytes(clear, packet.slice(end));
      const opened = open(rtcp.key, nonce, { associated, sealed: packet.slice(clear.length, end) });
      return opened && concatBytes(clear, opened);
    },
  };
}

function open(
  key: Uint8Array,
  nonce: Uint8Array,
  message: { associated: Uint8Array; sealed: Uint8Array },
): Uint8Array | undefined {
  try {
    return gcm(key, nonce, message.associated).decrypt(message.sealed);
  } catch {
    // The cipher throws on a wrong tag and nothing else, lengths being right.
    return undefined;
  }
}

/** RFC 7714 section 8.1: two zero bytes, SSRC, ROC, SEQ, all XOR salt. */
function rtpNonce(packet: Uint8Array, index: number, salt: Uint8Array): Uint8Array {
  const nonce = new Uint8Array(12);
  const view = new DataView(nonce.buffer);
  nonce.set(packet.subarray(8, 12), 2);
  view.setUint32(6, Math.floor(index / 0x1_0000));
  view.setUint16(10, index % 0x1_0000);
  return xor(nonce, salt);
}

/** RFC 7714 section 9.1: two zero bytes, SSRC, two zero bytes, 31-bit index, all XOR salt. */
function rtcpNonce(packet: Uint8Array, index: number, salt: Uint8Array): Uint8Array {
  const nonce = new Uint8Array(12);
  nonce.set(packet.subarray(4, 8), 2);
  new DataView(nonce.buffer).setUint32(8, index);
  return xor(nonce, salt);
}

function xor(bytes: Uint8Array, mask: Uint8Array): Uint8Array {
  for (let index = 0; index < bytes.length; index++) bytes[index]! ^= mask[index]!;
  return bytes;
}
