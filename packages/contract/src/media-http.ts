import { z } from "zod";

/** Paths on the media port. `:room` is the slug, `:session` the opaque session id. */
export const MEDIA_PATHS = {
  clock: "/clock",
  health: "/health",
  metrics: "/metrics",
  whip: (room: string) => `/whip/${room}`,
  whep: (room: string) => `/whep/${room}`,
  session: (id: string) => `/sessions/${id}`,
  slots: (id: string) => `/sessions/${id}/slots`,
} as const;

export const SDP_TYPE = "application/sdp";
export const SDP_FRAGMENT_TYPE = "application/trickle-ice-sdpfrag";
export const PROBLEM_TYPE = "application/problem+json";

/**
 * `POST /whep/:room?paused=1` makes a warmed-up session: connected, no media sent, not counted as a viewer, closed
 * after 30 s unless resumed. `PUT /sessions/:session/slots` (bearer: the same token) pauses or resumes.
 */
export const slotsRequestSchema = z.object({ paused: z.boolean() });
export type SlotsRequest = z.infer<typeof slotsRequestSchema>;

/** One media section of a viewer's connection and what it shows. */
export const slotSchema = z.object({
  mid: z.string(),
  kind: z.enum(["audio", "video"]),
  /** Participant whose media this slot shows, or null when empty. */
  source: z.string().nullable(),
});
export type Slot = z.infer<typeof slotSchema>;
export const slotsResponseSchema = z.object({ paused: z.boolean(), slots: z.array(slotSchema) });
export type SlotsResponse = z.infer<typeof slotsResponseSchema>;
