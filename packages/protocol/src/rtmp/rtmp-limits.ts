/** What a peer may grow. Nothing that encoders do comes near. */
export const RTMP_LIMITS = {
  /** Commands are short: before media is taken, larger messages end the connection. */
  commandBytes: 64 * 1024,
  /** One picture; a keyframe of 4K at 100 Mbit/s has about 3 MB. */
  messageBytes: 8 * 1024 * 1024,
  /** Of messages that have begun and are not whole, over all chunk streams. */
  pendingBytes: 12 * 1024 * 1024,
  chunkStreams: 64,
  /** Message streams that `createStream` opens. */
  messageStreams: 8,
  /** Bytes that came after `publish` while nobody has said yet whether they are welcome. */
  heldBytes: 1024 * 1024,
  /** Of an application's or a stream's name, characters. */
  nameLength: 4096,
  /** Values in one AMF message, and how deep they lie. */
  amfValues: 4096,
  amfDepth: 16,
} as const;
