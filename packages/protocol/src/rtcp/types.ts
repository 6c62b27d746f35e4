/** Reception report block (RFC 3550 section 6.4.1). */
export interface ReportBlock {
  ssrc: number;
  /** Fraction lost since the last report, 0..255 of 256. */
  fractionLost: number;
  /** Cumulative packets lost, signed 24 bits. */
  packetsLost: number;
  /** Extended highest sequence number (cycles in the upper 16 bits). */
  highestSequence: number;
  /** Interarrival jitter in RTP timestamp units. */
  jitter: number;
  /** Middle 32 bits of the NTP time of the last SR; 0 when none came. */
  lastSenderReport: number;
  /** Delay since that SR, in 1/65536 s. */
  delaySinceLastSenderReport: number;
}

export interface SenderReport {
  type: "sr";
  ssrc: number;
  ntpSeconds: number;
  ntpFraction: number;
  rtpTimestamp: number;
  packetCount: number;
  octetCount: number;
  reports: ReportBlock[];
}

export interface ReceiverReport {
  type: "rr";
  ssrc: number;
  reports: ReportBlock[];
}

/** SDES item; type 1 is CNAME (RFC 3550 section 6.5). */
export interface SdesItem {
  type: number;
  text: string;
}

export interface SourceDescription {
  type: "sdes";
  chunks: { ssrc: number; items: SdesItem[] }[];
}

export interface Goodbye {
  type: "bye";
  ssrcs: number[];
  /** Empty when absent. */
  reason: string;
}

export interface ApplicationDefined {
  type: "app";
  subtype: number;
  ssrc: number;
  /** Four ASCII characters. */
  name: string;
  data: Uint8Array;
}

/** Generic NACK (RFC 4585 section 6.2.1) as a list, ascending from the first lost packet. */
export interface GenericNack {
  type: "nack";
  senderSsrc: number;
  mediaSsrc: number;
  sequenceNumbers: number[];
}

export interface PictureLossIndication {
  type: "pli";
  senderSsrc: number;
  mediaSsrc: number;
}

export interface FullIntraRequest {
  type: "fir";
  senderSsrc: number;
  mediaSsrc: number;
  entries: { ssrc: number; sequenceNumber: number }[];
}

export interface ReceiverEstimatedMaxBitrate {
  type: "remb";
  senderSsrc: number;
  mediaSsrc: number;
  /** Bits per second; carried with 18 bits of mantissa. */
  bitrateBps: number;
  ssrcs: number[];
}

/** Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
export interface TransportFeedback {
  type: "transport-cc";
  senderSsrc: number;
  mediaSsrc: number;
  /** Transport sequence number of `deltas[0]`. */
  baseSequence: number;
  /** In multiples of 64 ms, signed 24 bits. */
  referenceTime: number;
  /** Counts feedback packets, 8 bits. */
  feedbackCount: number;
  /**
   * One entry per transport sequence number from `baseSequence`: arrival since the previous received packet (the
   * first one: since the reference time) in units of 250 µs, signed 16 bits; null when not received.
   */
  deltas: (number | null)[];
}

/** Receiver reference time report block (RFC 3611 section 4.4). */
export interface XrReceiverReferenceTime {
  type: "rrtr";
  ntpSeconds: number;
  ntpFraction: number;
}

/** DLRR report block (RFC 3611 section 4.5). */
export interface XrDelaySinceLastReceiverReport {
  type: "dlrr";
  entries: { ssrc: number; lastReceiverReport: number; delaySinceLastReceiverReport: number }[];
}

/** Any other report block, kept whole. `data` is a multiple of four bytes. */
export interface XrUnknownBlock {
  type: "unknown";
  blockType: number;
  typeSpecific: number;
  data: Uint8Array;
}

export interface ExtendedReport {
  type: "xr";
  ssrc: number;
  blocks: (XrReceiverReferenceTime | XrDelaySinceLastReceiverReport | XrUnknownBlock)[];
}

/** A well-framed sub-packet of a type or format we do not read. `body` follows the 4-byte header. */
export interface UnknownRtcp {
  type: "unknown";
  packetType: number;
  /** The five bits after the padding flag. */
  count: number;
  body: Uint8Array;
}

export type RtcpPacket =
  | SenderReport
  | ReceiverReport
  | SourceDescription
  | Goodbye
  | ApplicationDefined
  | GenericNack
  | PictureLossIndication
  | FullIntraRequest
  | ReceiverEstimatedMaxBitrate
  | TransportFeedback
  | ExtendedReport
  | UnknownRtcp;
