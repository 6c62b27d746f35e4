/** Fixed RTP header, without CSRCs and extensions. */
export const RTP_HEADER_BYTES = 12;
/**
 * Payload of a packet at most: with the header, 28 bytes of extensions and the tag of SRTP a datagram has 1,200 bytes, which pass
 * everywhere.
 */
export const MOST_PAYLOAD_BYTES = 1144;

export interface RtpStreamIdentity {
  ssrc: number;
  /** 0..127. */
  payloadType: number;
  /** Of the first packet; 16 bits. */
  sequenceNumber: number;
}

/** Packets of one RTP stream, frame after frame: headers are written here, payloads by a {@link PayloadWriter}. */
export class PacketRun {
  readonly #identity: RtpStreamIdentity;
  #sequenceNumber: number;
  #timestamp = 0;
  #packets: Uint8Array[] = [];

  constructor(identity: RtpStreamIdentity) {
    this.#identity = identity;
    this.#sequenceNumber = identity.sequenceNumber & 0xffff;
  }

  /** Another frame begins; `timestamp` is taken modulo 2^32. */
  begin(timestamp: number): void {
    this.#timestamp = timestamp >>> 0;
    this.#packets = [];
  }

  /** The frame's next packet, of whose payload so many bytes are the caller's to fill: they begin behind the header. */
  next(payloadBytes: number): Uint8Array {
    const { ssrc, payloadType } = this.#identity;
    const packet = new Uint8Array(RTP_HEADER_BYTES + payloadBytes);
    packet[0] = 0x80;
    packet[1] = payloadType;
    packet[2] = this.#sequenceNumber >> 8;
    packet[3] = this.#sequenceNumber & 0xff;
    writeUint32(packet, 4, this.#timestamp);
    writeUint32(packet, 8, ssrc);
    this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
    this.#packets.push(packet);
    return packet;
  }

  /** The packets of the frame, with the marker on the last where `marker` says so. */
  end(marker: boolean): Uint8Array[] {
    const packets = this.#packets;
    this.#packets = [];
    const last = packets.at(-1);
    if (marker && last !== undefined) last[1]! |= 0x80;
    return packets;
  }
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
