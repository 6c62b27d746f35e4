import { z } from "zod";
import { participantIdSchema } from "./ids.ts";

/** Paths on the media port. `:room` is the slug, `:session` the opaque session id. */
export const MEDIA_PATHS = {
  clock: "/clock",
  health: "/health",
  metrics: "/metrics",
  whip: (room: string) => `/whip/${room}`,
  whep: (room: string) => `/whep/${room}`,
  session: (id: string) => `/sessions/${id}`,
  slots: (id: string) => `/sessions/${id}/slots`,
  events: (id: string) => `/sessions/${id}/events`,
  /** For other workers, with the node secret: a room's host as units. */
  relay: (room: string) => `/internal/relay/${room}`,
} as const;

export const SDP_TYPE = "application/sdp";
export const SDP_FRAGMENT_TYPE = "application/trickle-ice-sdpfrag";
export const PROBLEM_TYPE = "application/problem+json";

/**
 * What a viewer wants to see in a video slot: `auto` (the best their network and element take), `off` (nothing: audio
 * only), or a layer's id from {@link slotLayerSchema}; a layer that is not there means the nearest below it.
 */
export const layerChoiceSchema = z.string().regex(/^[A-Za-z0-9_-]{1,32}$/);
export type LayerChoice = z.infer<typeof layerChoiceSchema>;

/** Of a viewer's sound at once, ms. */
export const MOST_LEFT_OUT_MS = 5000;

export const slotWishSchema = z.object({
  mid: z.string().max(32),
  /** Size of the element on screen in device pixels; 0 by 0: not visible, nothing is sent. */
  width: z.number().int().min(0).max(16_384).optional(),
  height: z.number().int().min(0).max(16_384).optional(),
  layer: layerChoiceSchema.optional(),
  /** 0 first; slots of one number share. Default: the order of the media sections. */
  priority: z.number().int().min(0).max(15).optional(),
  /** Participant to show here; `null`: whoever is next. */
  pin: participantIdSchema.nullable().optional(),
  /** Of sound that has gathered in the viewer's jitter buffer, ms: so much of what comes now is not sent, once. */
  leaveOutMs: z.number().int().min(0).max(MOST_LEFT_OUT_MS).optional(),
});
export type SlotWish = z.infer<typeof slotWishSchema>;

/**
 * `POST /whep/:room?paused=1` makes a warmed-up session: connected, no media sent, not counted as a viewer, closed
 * after 30 s unless resumed. `PUT /sessions/:session/slots` (bearer: the same token) pauses, resumes, and says what the
 * viewer wants in their slots; what is left out stays as it was.
 */
export const slotsRequestSchema = z.object({
  paused: z.boolean().optional(),
  slots: z.array(slotWishSchema).max(32).optional(),
});
export type SlotsRequest = z.infer<typeof slotsRequestSchema>;

/** A layer of what a slot shows: one encoding of the picture. */
export const slotLayerSchema = z.object({
  /** RID of the simulcast layer; `single` when there is only one. */
  id: z.string(),
  /** Pixels; 0 until a keyframe told. */
  width: z.number().int(),
  height: z.number().int(),
  framesPerSecond: z.number(),
  /** Bits per second as received from the publisher, over the last second. */
  bitrate: z.number(),
  /** false: the publisher sends nothing of it now (paused, or not enough upload). */
  active: z.boolean(),
});
export type SlotLayer = z.infer<typeof slotLayerSchema>;

/** Why a slot shows what it shows; `bandwidth`: a smaller layer than wanted, or none. */
export const slotReasonSchema = z.enum(["shown", "bandwidth", "off", "empty", "paused", "codec"]);
export type SlotReason = z.infer<typeof slotReasonSchema>;

/** One media section of a viewer's connection and what it shows. */
export const slotSchema = z.object({
  mid: z.string(),
  kind: z.enum(["audio", "video"]),
  /** Participant whose media this slot shows, or null when empty. */
  source: z.string().nullable(),
  reason: slotReasonSchema,
  /** Highest first; empty for audio. */
  layers: z.array(slotLayerSchema),
  /** Layer on screen, and the one that comes with its next keyframe (the same when nothing is under way). */
  layer: z.string().nullable(),
  target: z.string().nullable(),
  choice: z.string(),
});
export type Slot = z.infer<typeof slotSchema>;

/** `GET` and `PUT /sessions/:session/slots` -> 200. */
export const slotsResponseSchema = z.object({
  paused: z.boolean(),
  slots: z.array(slotSchema),
  /** The server's view of the path to this viewer; null until measured. */
  path: z.object({
    /** Bits per second the path takes. */
    estimate: z.number().nullable(),
    roundTripMs: z.number().nullable(),
    /** Share of packets lost on the way, 0..1, lately. */
    lossRatio: z.number().nullable(),
    /** `udp` or `tcp`. */
    transport: z.enum(["udp", "tcp"]).nullable(),
  }),
});
export type SlotsResponse = z.infer<typeof slotsResponseSchema>;

/**
 * `GET /sessions/:session/events` (bearer: the same token): server-sent events of one session, each with a JSON `data`.
 * The current state comes first; the stream ends with the session.
 *
 * * `layers`, to a publisher: which layers somebody wants. A layer nobody wants need not be sent; when it is wanted
 *   again, it begins with a keyframe.
 */
export const layersEventSchema = z.object({
  sections: z.array(
    z.object({ mid: z.string(), layers: z.array(z.object({ rid: z.string(), wanted: z.boolean() })) }),
  ),
});
export type LayersEvent = z.infer<typeof layersEventSchema>;

/**
 * Name of what a multivariant playlist tells of how far back the show reaches (EXT-X-SESSION-DATA): ISO 8601. Who only wants to know
 * that asks for no media playlist, which would have renditions made.
 */
export const HLS_BEGINS = "io.sameroom.begins";

/**
 * Name of what a multivariant playlist tells of a host's picture with fewer keyframes than segments (EXT-X-SESSION-DATA), `YES` while it is so.
 * Players that begin or turn to it at any time stand still: at the live edge those sizes are better that are made, whose segments all begin
 * with a keyframe.
 */
export const HLS_SPARSE = "io.sameroom.sparse-keyframes";
