/** One element of an RTP header extension block (RFC 8285). */
export interface RtpHeaderExtension {
  /** Local id: 1..14 in the one-byte form, 1..255 in the two-byte form. */
  id: number;
  /** 1..16 bytes in the one-byte form, 0..255 in the two-byte form. A view into the packet when parsed. */
  data: Uint8Array;
}

/** A parsed header. The payload is `packet.subarray(header.payloadOffset, packet.length - header.paddingLength)`. */
export interface RtpHeader {
  marker: boolean;
  /** 0..127. */
  payloadType: number;
  sequenceNumber: number;
  timestamp: number;
  ssrc: number;
  csrcs: number[];
  /** The extension block's "defined by profile" word: 0xbede one-byte, 0x1000..0x100f two-byte; undefined without block. */
  extensionProfile: number | undefined;
  /** Elements of a one- or two-byte block, in order; empty for other profiles. */
  extensions: RtpHeaderExtension[];
  /** Header bytes: where the payload starts. */
  payloadOffset: number;
  /** Padding bytes at the end, counter included. */
  paddingLength: number;
}

/** What `serializeRtp` writes. */
export interface RtpPacketInit {
  marker?: boolean;
  payloadType: number;
  sequenceNumber: number;
  timestamp: number;
  ssrc: number;
  csrcs?: readonly number[];
  extensions?: readonly RtpHeaderExtension[];
  payload: Uint8Array;
  /** 0 (default) to 255 bytes of padding. */
  paddingLength?: number;
}
