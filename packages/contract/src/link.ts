/**
 * The link: the only way control and media speak. One WebSocket per media worker, opened by media to control's
 * `/internal/link` with the node secret as bearer; JSON text frames, one message each, validated on both sides.
 * On every (re)connection media sends `hello` with everything that is true now, so control, however freshly
 * started, learns what is live; after that, facts as they happen. Media keeps serving while there is no link and
 * queues nothing but the snapshot it can always make again.
 */
import { z } from "zod";
import { findingSchema } from "./doctor.ts";
import { idSchema, participantIdSchema, roomSlugSchema } from "./ids.ts";
import { bridgeSchema, ingestAddressesSchema, NO_INGEST, sessionProtocolSchema } from "./ingest.ts";
import { grantsSchema, roomRoleSchema } from "./permissions.ts";
import { recordingFactSchema } from "./recording.ts";
import { restreamOrderSchema, restreamStatusSchema } from "./restream.ts";
import { recordingModeSchema } from "./room.ts";
import { stageOrderSchema } from "./stage.ts";

export const LINK_PATH = "/internal/link";
/** A `hello` names every recording of a worker, some 400 bytes each. */
export const LINK_MAX_MESSAGE_BYTES = 32 * 1024 * 1024;
/** Either side closes a link that was silent this long; both send WebSocket pings every third of it. */
export const LINK_IDLE_MS = 15_000;

/** How a publisher is doing. `stalled`: connected, but no media for a second and a half. */
export const publisherStateSchema = z.enum(["connecting", "flowing", "stalled"]);
export type PublisherState = z.infer<typeof publisherStateSchema>;

/** Why a media session ended. `left` and `ended` are somebody's wish, the rest happened to them. */
export const goneReasonSchema = z.enum([
  "left", // DELETE by its owner
  "ended", // ended by control
  "replaced", // the same host came back on a new session
  "connection-lost", // ICE consent or DTLS gone
  "never-connected",
  "shutdown", // the worker stops
  "expired", // warmed up and never used
]);
export type GoneReason = z.infer<typeof goneReasonSchema>;

export const mediaSessionSchema = z.object({
  id: z.string(),
  room: roomSlugSchema,
  participant: participantIdSchema,
  name: z.string(),
  role: roomRoleSchema,
  /** How it came. */
  protocol: sessionProtocolSchema,
  /** Milliseconds since 1970. */
  sinceUnixMs: z.number(),
});
export type MediaSession = z.infer<typeof mediaSessionSchema>;

export const publisherSchema = mediaSessionSchema.extend({
  state: publisherStateSchema,
  video: z.object({ codec: z.string(), layers: z.number().int() }).nullable(),
  audio: z.object({ codec: z.string() }).nullable(),
});
export type Publisher = z.infer<typeof publisherSchema>;

/** Connection health of one publisher, every 2 s while connected. */
export const publisherHealthSchema = z.object({
  session: z.string(),
  room: roomSlugSchema,
  /** Received bits per second. */
  bitrate: z.number(),
  framesPerSecond: z.number(),
  /** Lost for good, 0..1, over the last interval. */
  lossRatio: z.number(),
  roundTripMs: z.number().nullable(),
  /** Came only by asking again, 0..1; undefined: not known. */
  repairedRatio: z.number().optional(),
  /** Names of codecs it sends that cannot be taken. */
  unsupported: z.array(z.string().max(80)).max(20).optional(),
  /** The loudest of the sound since the last time, dBFS, as the sender says; undefined: it does not. */
  audioDbfs: z.number().optional(),
  /** Viewers this worker sends the room to. */
  viewers: z.number().int(),
  /** Layers of the picture, highest first; `wanted`: somebody watches it, or could. */
  layers: z
    .array(
      z.object({
        rid: z.string(),
        width: z.number().int(),
        height: z.number().int(),
        /** Bits per second; 0 while it does not come. */
        bitrate: z.number(),
        wanted: z.boolean(),
      }),
    )
    .optional(),
  /** Of encoders that do not speak WebRTC. */
  bridge: bridgeSchema.optional(),
});
export type PublisherHealth = z.infer<typeof publisherHealthSchema>;

/** What is wrong with a room's host's stream now: all of it; none when nothing is. */
export const roomFindingsSchema = z.object({
  room: roomSlugSchema,
  findings: z.array(findingSchema).max(40),
});
export type RoomFindings = z.infer<typeof roomFindingsSchema>;

/** Players that have a room's show over HTTP and are not in the room otherwise: they have no names. */
export const audienceSchema = z.object({ room: roomSlugSchema, players: z.number().int().nonnegative() });
export type RoomAudience = z.infer<typeof audienceSchema>;

export const workerLoadSchema = z.object({
  /** 0..1 per core, JavaScript thread and I/O thread together may exceed 1. */
  cpu: z.number(),
  memoryBytes: z.number(),
  packetsIn: z.number(),
  packetsOut: z.number(),
  bitsIn: z.number(),
  bitsOut: z.number(),
  publishers: z.number().int(),
  viewers: z.number().int(),
  sendPath: z.string(),
});
export type WorkerLoad = z.infer<typeof workerLoadSchema>;

export const mediaToControlSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("hello"),
    worker: z.string(),
    /** Changes with every start of the worker process. */
    boot: z.string(),
    version: z.string(),
    /** Base URL browsers use for WHIP and WHEP, no slash at the end. */
    publicUrl: z.string(),
    publishers: z.array(publisherSchema),
    viewers: z.array(mediaSessionSchema),
    /** All that this worker has, unfinished ones too: control deletes what it does not know any more. */
    recordings: z.array(recordingFactSchema).default([]),
    /** Base URL at which other workers take its hosts over for battles; null: they cannot. */
    relayUrl: z.url().nullable().default(null),
    /** Whether this worker serves LL-HLS. */
    hls: z.boolean().default(false),
    /** WHIP and WHEP sessions it takes at most; null: not said. */
    maxSessions: z.number().int().positive().nullable().default(null),
    /** Where encoders find it. */
    ingest: ingestAddressesSchema.default(NO_INGEST),
    /** Rooms without any are left out. */
    findings: z.array(roomFindingsSchema).default([]),
    /** Rooms without any are left out. */
    audiences: z.array(audienceSchema).default([]),
  }),
  z.object({ type: z.literal("publisher"), publisher: publisherSchema }),
  z.object({
    type: z.literal("publisher-gone"),
    room: roomSlugSchema,
    session: z.string(),
    reason: goneReasonSchema,
  }),
  z.object({ type: z.literal("viewer"), viewer: mediaSessionSchema }),
  z.object({
    type: z.literal("viewer-gone"),
    room: roomSlugSchema,
    session: z.string(),
    reason: goneReasonSchema,
  }),
  /** When it changes, at most once a second a room. */
  audienceSchema.extend({ type: z.literal("audience") }),
  z.object({ type: z.literal("health"), publishers: z.array(publisherHealthSchema), load: workerLoadSchema }),
  /** When they change. */
  roomFindingsSchema.extend({ type: z.literal("findings") }),
  /** What the show of an encoder on air looks like now: a JPEG, about every ten seconds. */
  z.object({ type: z.literal("thumbnail"), room: roomSlugSchema, jpeg: z.base64().max(700_000) }),
  /** A recording began, changed, or is ready. */
  z.object({ type: z.literal("recording"), recording: recordingFactSchema }),
  /** Its files are gone, as control had ordered. */
  z.object({ type: z.literal("recording-deleted"), id: idSchema }),
  /** How the targets of a room's restream are doing: all of them, on every change and every two seconds while one is on. */
  z.object({
    type: z.literal("restream-state"),
    room: roomSlugSchema,
    targets: z.array(restreamStatusSchema),
  }),
  /** Ask control whose a stream key is, in this room or, with null, in whichever it belongs to; answered by `stream-key`. */
  z.object({
    type: z.literal("check-stream-key"),
    request: z.number().int(),
    room: roomSlugSchema.nullable(),
    key: z.string().max(200),
  }),
]);
export type MediaToControl = z.infer<typeof mediaToControlSchema>;

export const controlToMediaSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("welcome"), controlBoot: z.string() }),
  /**
   * Close all that a participant has here, publishing and watching (a disabled account, a ban); with `room` only what is
   * in that room (it was made private).
   */
  z.object({
    type: z.literal("close-participant"),
    participant: participantIdSchema,
    room: roomSlugSchema.optional(),
  }),
  /** The broadcast is over: close its publisher and every viewer of the room. */
  z.object({ type: z.literal("end-room"), room: roomSlugSchema }),
  /**
   * How a room is to be treated: sent when its publisher comes, when it changes, and for all rooms on air after `hello`.
   * Until it comes a room is private and not recorded.
   */
  z.object({
    type: z.literal("room-policy"),
    room: roomSlugSchema,
    broadcast: idSchema.nullable(),
    /** LL-HLS without a token. */
    open: z.boolean(),
    recordingMode: recordingModeSchema,
    /** Shown by radios. */
    title: z.string(),
  }),
  /** The host starts or ends the recording (`manual` and `automatic` rooms alike). */
  z.object({ type: z.literal("record"), room: roomSlugSchema, on: z.boolean() }),
  /**
   * Where a room's show is sent on to while it is on air: all targets that are switched on. What is known and unchanged goes
   * on, what is missing ends.
   */
  z.object({ type: z.literal("restream"), room: roomSlugSchema, targets: z.array(restreamOrderSchema) }),
  /** How the room's stage is carried from here on: sent on every change, and with `room-policy` after `hello`. */
  stageOrderSchema.extend({ type: z.literal("stage"), room: roomSlugSchema }),
  /** Who may play a recording without a signature; sent when it changes, and for the recordings in `hello`. */
  z.object({ type: z.literal("recording-policy"), id: idSchema, open: z.boolean() }),
  /** Delete all of its files; answered by `recording-deleted`, also when there are none. */
  z.object({ type: z.literal("delete-recording"), id: idSchema }),
  z.object({
    type: z.literal("stream-key"),
    request: z.number().int(),
    /** null: nobody's key, or another room's than was asked about. */
    identity: z
      .object({
        room: roomSlugSchema,
        participant: participantIdSchema,
        name: z.string(),
        role: roomRoleSchema,
        grants: grantsSchema,
      })
      .nullable(),
  }),
]);
export type ControlToMedia = z.infer<typeof controlToMediaSchema>;
