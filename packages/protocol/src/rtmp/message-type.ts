/** Message type ids (RTMP 1.0 sections 5.4 and 7.1; the aggregate message: section 7.1.6). */
export const MESSAGE_TYPE = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowAcknowledgementSize: 5,
  setPeerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf3: 15,
  commandAmf3: 17,
  dataAmf0: 18,
  commandAmf0: 20,
  aggregate: 22,
} as const;

/** Events of user control messages (RTMP 1.0 section 7.1.7). */
export const USER_CONTROL = { streamBegin: 0, streamEnd: 1, pingRequest: 6, pingResponse: 7 } as const;

/** A whole message. */
export interface RtmpMessage {
  /** One of {@link MESSAGE_TYPE}, or unknown. */
  type: number;
  /** Message stream: 0 is the connection itself. */
  streamId: number;
  /** Milliseconds, 32 bits. */
  timestamp: number;
  payload: Uint8Array;
}
