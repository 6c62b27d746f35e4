/** What a profile does to one packet, given its index. Lengths have been checked by the caller. */
export interface SrtpCipher {
  /** Bytes the RTP payload grows by. */
  readonly rtpOverhead: number;
  /** Bytes an RTCP packet grows by, the index word included. */
  readonly rtcpOverhead: number;
  /** `headerLength` bytes stay in the clear; `index` is ROC * 2^16 + SEQ. */
  sealRtp(packet: Uint8Array, headerLength: number, index: number): Uint8Array;
  /** Undefined when authentication fails. */
  openRtp(packet: Uint8Array, headerLength: number, index: number): Uint8Array | undefined;
  /** `index` has 31 bits. `encrypted` is the E flag: without it the packet is authenticated only. */
  sealRtcp(packet: Uint8Array, index: number, encrypted: boolean): Uint8Array;
  openRtcp(packet: Uint8Array, index: number, encrypted: boolean): Uint8Array | undefined;
}

/** Bytes of an RTCP packet that stay in the clear: header and sender SSRC (RFC 3711 section 3.4). */
export const RTCP_CLEAR_BYTES = 8;

/** The SRTCP index word: E flag and 31-bit index. */
export function rtcpIndexWord(index: number, encrypted: boolean): Uint8Array {
  return Uint8Array.of(
    ((index >>> 24) & 0x7f) | (encrypted ? 0x80 : 0),
    (index >>> 16) & 0xff,
    (index >>> 8) & 0xff,
    index & 0xff,
  );
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
