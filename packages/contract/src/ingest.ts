import { z } from "zod";

/** How media comes to a worker, or leaves it for a viewer's session. */
export const sessionProtocolSchema = z.enum(["whip", "whep", "rtmp", "srt", "recorder"]);
export type SessionProtocol = z.infer<typeof sessionProtocolSchema>;

/** `:PORT` (same host as the page) or an absolute address; null: this worker does not take it. */
const ingestAddressSchema = z
  .string()
  .regex(/^(?::\d{1,5}|(?:rtmps?|srt):\/\/[^\s/?#]+)$/)
  .nullable();

/** Where encoders find a worker, without path, query and key. */
export const ingestAddressesSchema = z.object({
  rtmp: ingestAddressSchema,
  rtmps: ingestAddressSchema,
  srt: ingestAddressSchema,
  /** Who comes by SRT must know the server's passphrase. */
  srtPassphrase: z.boolean().default(false),
});
export type IngestAddresses = z.infer<typeof ingestAddressesSchema>;
/** What a worker offers that takes WebRTC only. */
export const NO_INGEST: IngestAddresses = { rtmp: null, rtmps: null, srt: null, srtPassphrase: false };

/**
 * `GET /api/rooms/:room/ingest`, for the room's owner -> where an encoder publishes to this room; null: the server does not
 * take it. RTMP: server address, the stream key is entered beside it. SRT: address without the stream id. WHIP: the whole
 * address, the stream key is the bearer token.
 */
export const roomIngestSchema = z.object({
  whip: z.string(),
  rtmp: z.string().nullable(),
  rtmps: z.string().nullable(),
  srt: z.string().nullable(),
  /** SRT needs the server's passphrase beside the address: the operator knows it. */
  srtPassphrase: z.boolean(),
});
export type RoomIngest = z.infer<typeof roomIngestSchema>;

/** What is made of an encoder's stream so that WebRTC viewers can watch it, and what it costs. */
export const bridgeSchema = z.object({
  /** What the sound is made of, e.g. `aac`; null: it goes through as it came. */
  audio: z.object({ from: z.string() }).nullable(),
  /** Why the picture is encoded anew; null: it goes through as it came. */
  video: z.object({ from: z.string(), why: z.enum(["b-frames", "codec", "long-gop"]) }).nullable(),
  /** Of one core, milliseconds a second. */
  cpuMsPerSecond: z.number(),
});
export type Bridge = z.infer<typeof bridgeSchema>;
