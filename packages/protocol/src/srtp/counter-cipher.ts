import { ctr } from "@noble/ciphers/aes.js";
import { equalBytes, HmacSha1 } from "../ice/hmac-sha1.ts";
import { concatBytes, RTCP_CLEAR_BYTES, rtcpIndexWord, type SrtpCipher } from "./cipher.ts";
import type { SrtpSessionKeys } from "./key-derivation.ts";

const TAG_BYTES = 10;

/** AES128_CM_HMAC_SHA1_80 (RFC 3711 sections 4.1.1 and 4.2.1). */
export function createCounterCipher(keys: SrtpSessionKeys): SrtpCipher {
  const { rtp, rtcp } = keys;
  const rtpMac = new HmacSha1(rtp.authKey);
  const rtcpMac = new HmacSha1(rtcp.authKey);
  const rtpTag = (packet: Uint8Array, index: number): Uint8Array => {
    const roc = new Uint8Array(4);
    new DataView(roc.buffer).setUint32(0, Math.floor(index / 0x1_0000));
    return rtpMac.digest(packet, roc).slice(0, TAG_BYTES);
  };
  const cryptRtp = (packet: Uint8Array, headerLength: number, index: number): Uint8Array => {
    const counter = counterBlock(packet.subarray(8, 12), index, rtp.salt);
    return concatBytes(
      packet.slice(0, headerLength),
      ctr(rtp.key, counter).encrypt(packet.slice(headerLength)),
    );
  };
  const cryptRtcp = (packet: Uint8Array, index: number): Uint8Array => {
    const counter = counterBlock(packet.subarray(4, 8), index, rtcp.salt);
    const body = ctr(rtcp.key, counter).encrypt(packet.slice(RTCP_CLEAR_BYTES));
    return concatBytes(packet.slice(0, RTCP_CLEAR_BYTES), body);
  };
  return {
    rtpOverhead: TAG_BYTES,
    rtcpOverhead: TAG_BYTES + 4,
    sealRtp(packet, headerLength, index) {
      const sealed = cryptRtp(packet, headerLength, index);
      return concatBytes(sealed, rtpTag(sealed, index));
    },
    openRtp(packet, headerLength, index) {
      const sealed = packet.subarray(0, packet.length - TAG_BYTES);
      if (!equalBytes(rtpTag(sealed, index), packet.subarray(sealed.length))) return undefined;
      return cryptRtp(sealed, headerLength, index);
    },
    sealRtcp(packet, index, encrypted) {
      const sealed = concatBytes(
        encrypted ? cryptRtcp(packet, index) : packet,
        rtcpIndexWord(index, encrypted),
      );
      return concatBytes(sealed, rtcpMac.digest(sealed).slice(0, TAG_BYTES));
    },
    openRtcp(packet, index, encrypted) {
      const sealed = packet.subarray(0, packet.length - TAG_BYTES);
      const tag = rtcpMac.digest(sealed).subarray(0, TAG_BYTES);
      if (!equalBytes(tag, packet.subarray(sealed.length))) return undefined;
      const body = sealed.slice(0, sealed.length - 4);
      return encrypted ? cryptRtcp(body, index) : body;
    },
  };
}

/** IV = salt * 2^16 XOR SSRC * 2^64 XOR index * 2^16 (RFC 3711 section 4.1.1). */
function counterBlock(ssrc: Uint8Array, index: number, salt: Uint8Array): Uint8Array {
  const block = new Uint8Array(16);
  block.set(salt);
  for (let place = 0; place < 4; place++) block[4 + place]! ^= ssrc[place]!;
  let rest = index;
  for (let place = 13; place >= 8; place--) {
    block[place]! ^= rest % 256;
    rest = Math.floor(rest / 256);
  }
  return block;
}
