/** SRT's packets (draft-sharabayko-srt-01 section 3): a header of sixteen bytes, then payload or control information. */
export const SRT_HEADER_BYTES = 16;

/** Control packet types (section 3.2, table 1). */
export const SRT_CONTROL = {
  handshake: 0,
  keepalive: 1,
  ack: 2,
  nak: 3,
  shutdown: 5,
  ackack: 6,
  dropRequest: 7,
  user: 0x7fff,
} as const;

/** Subtypes of user-defined control packets, and types of handshake extensions (section 3.2.1, table 5). */
export const SRT_EXTENSION = {
  handshakeRequest: 1,
  handshakeResponse: 2,
  keyRequest: 3,
  keyResponse: 4,
  streamId: 5,
  congestion: 6,
  filter: 7,
  group: 8,
} as const;

/** Which key a data packet is encrypted with; 3 does not occur in data. */
export type SrtKeyFlag = 0 | 1 | 2 | 3;

export interface SrtDataPacket {
  kind: "data";
  /** 31 bits. */
  sequence: number;
  /** 0: in the clear, 1: even key, 2: odd key. */
  keyFlag: SrtKeyFlag;
  retransmitted: boolean;
  /** µs since the sender's socket was made, 32 bits. */
  timestamp: number;
  /** Socket the packet is for. */
  destination: number;
  /** Part of the datagram, not a copy. */
  payload: Uint8Array;
}

export interface SrtControlPacket {
  kind: "control";
  type: number;
  subtype: number;
  /** The type-specific word: the number of an ACK, the message number of a drop request. */
  information: number;
  timestamp: number;
  destination: number;
  /** Part of the datagram, not a copy. */
  body: Uint8Array;
}

/** A datagram as an SRT packet; undefined when it is too short to be one. Never throws. */
export function parseSrtPacket(bytes: Uint8Array): SrtDataPacket | SrtControlPacket | undefined {
  if (bytes.length < SRT_HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, SRT_HEADER_BYTES);
  const first = view.getUint32(0);
  const second = view.getUint32(4);
  const timestamp = view.getUint32(8);
  const destination = view.getUint32(12);
  const rest = bytes.subarray(SRT_HEADER_BYTES);
  if (first >= 0x8000_0000) {
    const type = (first >>> 16) & 0x7fff;
    return {
      kind: "control",
      type,
      subtype: first & 0xffff,
      information: second,
      timestamp,
      destination,
      body: rest,
    };
  }
  return {
    kind: "data",
    sequence: first,
    keyFlag: ((second >>> 27) & 3) as SrtKeyFlag,
    retransmitted: (second & 0x0400_0000) !== 0,
    timestamp,
    destination,
    payload: rest,
  };
}

/** The bytes of a control packet. */
export function serializeSrtControl(packet: Omit<SrtControlPacket, "kind">): Uint8Array {
  const { type, subtype, information, timestamp, destination, body } = packet;
  const bytes = new Uint8Array(SRT_HEADER_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x8000 | type);
  view.setUint16(2, subtype);
  view.setUint32(4, information);
  view.setUint32(8, timestamp);
  view.setUint32(12, destination);
  bytes.set(body, SRT_HEADER_BYTES);
  return bytes;
}
