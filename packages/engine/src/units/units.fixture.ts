import { serializeRtp } from "@sameroom/protocol";

export const SSRC = 0xabcd;
const KEY = (() => {
  // A keyframe of 320x240: frame tag, start code, size (RFC 6386 section 9.1).
  const payload = new Uint8Array(40);
  payload.set([0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 320 & 255, 320 >> 8, 240, 0]);
  return payload;
})();
const DELTA = Uint8Array.of(0x10, 0x11, 0x02, 0x00, 1, 2, 3, 4);

export interface PacketOptions {
  sequenceNumber: number;
  timestamp: number;
  ssrc?: number;
}

/** A VP8 picture in one packet. */
export function vp8Packet(options: PacketOptions & { keyframe?: boolean }): Uint8Array {
  return rtp({ ...options, marker: true, payload: options.keyframe ? KEY : DELTA });
}

/** A VP8 picture in two packets. */
export function vp8Packets(options: PacketOptions & { keyframe?: boolean }): Uint8Array[] {
  const payload = options.keyframe ? KEY : DELTA;
  const rest = Uint8Array.of(0x00, ...payload.subarray(7));
  return [
    rtp({ ...options, marker: false, payload: payload.subarray(0, options.keyframe ? 11 : 7) }),
    rtp({ ...options, sequenceNumber: options.sequenceNumber + 1, marker: true, payload: rest }),
  ];
}

/** 20 ms of Opus, stereo. */
export function opusPacket(options: PacketOptions): Uint8Array {
  return rtp({ ...options, marker: false, payload: Uint8Array.of(0xfc, 7, 7, 7) });
}

function rtp(options: PacketOptions & { marker: boolean; payload: Uint8Array }): Uint8Array {
  const { sequenceNumber, timestamp, ssrc = SSRC } = options;
  return serializeRtp({
    ...options,
    payloadType: 96,
    ssrc,
    sequenceNumber: sequenceNumber & 0xffff,
    timestamp: timestamp >>> 0,
  });
}
