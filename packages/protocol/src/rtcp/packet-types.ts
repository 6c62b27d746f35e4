/** RTCP packet types (RFC 3550 section 12.1, RFC 4585, RFC 3611). */
export const RTCP_TYPE = {
  senderReport: 200,
  receiverReport: 201,
  sourceDescription: 202,
  goodbye: 203,
  application: 204,
  transportFeedback: 205,
  payloadFeedback: 206,
  extendedReport: 207,
} as const;

/** Formats of transport-layer feedback (205). */
export const RTPFB_FORMAT = { nack: 1, transportCc: 15 } as const;
/** Formats of payload-specific feedback (206). */
export const PSFB_FORMAT = { pli: 1, fir: 4, applicationLayer: 15 } as const;

export const XR_BLOCK = { receiverReferenceTime: 4, delaySinceLastReceiverReport: 5 } as const;

/** `REMB` (draft-alvestrand-rmcat-remb). */
export const REMB_IDENTIFIER = 0x52454d42;
