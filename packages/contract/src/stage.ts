import { z } from "zod";
import { participantIdSchema, roomSlugSchema } from "./ids.ts";

/** People on the stage at most, the host counted. */
export const STAGE_SEATS = 9;
/** People of one broadcast who are remembered as taken off the stage; the oldest are forgotten first. */
export const MAX_BARRED = 200;
/** The opponent's in a battle: the last. */
export const OPPONENT_SEAT = STAGE_SEATS - 1;
/** A lost guest's seat is kept so long, ms. */
export const SEAT_KEPT_MS = 20_000;

/** How those on the stage are arranged; chosen by the host, followed by all. */
export const stageLayoutSchema = z.enum(["spotlight", "grid", "side-by-side", "picture-in-picture"]);
export type StageLayout = z.infer<typeof stageLayoutSchema>;

export const stageMemberSchema = z.object({
  participant: participantIdSchema,
  name: z.string(),
  /** `opponent`: the host of another room, while a battle joins the two. */
  role: z.enum(["host", "guest", "opponent"]),
  /** Their place, kept while they are on stage; 0 is the host's. */
  seat: z
    .number()
    .int()
    .min(0)
    .max(STAGE_SEATS - 1),
  /** `joining`: invited and getting ready; `away`: was lost, the seat is kept for a while. */
  state: z.enum(["joining", "on", "away"]),
  /** Guests say this with `stage.devices`; of hosts the room's `HostStatus` tells. */
  microphoneMuted: z.boolean(),
  cameraOff: z.boolean(),
  /** By the host or a moderator: they cannot unmute themselves. */
  silenced: z.boolean(),
});
export type StageMember = z.infer<typeof stageMemberSchema>;

export const stageSchema = z.object({
  /** Grows with every change of the room's stage: of two, the larger is the newer. */
  revision: z.number().int().nonnegative(),
  layout: stageLayoutSchema,
  /** Whom the layout shows large; null: the host. */
  spotlight: participantIdSchema.nullable(),
  /** The guest whom the owner has handed the room to: they may do what its host may. Missing: nobody. */
  lead: participantIdSchema.optional(),
  /** In the order of their seats; the host first. Empty while there is no guest: the host alone needs no stage. */
  members: z.array(stageMemberSchema).max(STAGE_SEATS),
});
export type Stage = z.infer<typeof stageSchema>;
export const EMPTY_STAGE: Stage = { revision: 0, layout: "spotlight", spotlight: null, members: [] };

/** Somebody who would like to come on stage, or was asked to. */
export const raisedHandSchema = z.object({
  participant: participantIdSchema,
  name: z.string(),
  sinceUnixMs: z.number(),
  /** What they wrote with it. */
  note: z.string().max(140),
  /** They were asked, and have not answered yet. */
  invited: z.boolean(),
});
export type RaisedHand = z.infer<typeof raisedHandSchema>;

export const stageVisitorSchema = z.object({
  participant: participantIdSchema,
  /** Where they are on air. */
  room: roomSlugSchema,
  /** Base URL of the media worker that has them; null: the one that gets the order. */
  from: z.url().nullable(),
});
export type StageVisitor = z.infer<typeof stageVisitorSchema>;

/** How a room's stage is carried by media: who has which place, who is not heard, who may not come back. */
export const stageOrderSchema = z.object({
  /** Participants by seat, the host's first; null: an empty seat. Empty: there are no guests. */
  seats: z.array(participantIdSchema.nullable()).max(STAGE_SEATS),
  silenced: z.array(participantIdSchema).max(STAGE_SEATS),
  /** Taken off the stage in this broadcast: they may not publish. */
  barred: z.array(participantIdSchema).max(MAX_BARRED),
  /** Of those in the seats, hosts of other rooms: seen and heard here from there. */
  visitors: z.array(stageVisitorSchema).max(STAGE_SEATS).optional(),
  /** For the picture that is composed on the server. */
  layout: stageLayoutSchema.default("spotlight"),
  spotlight: participantIdSchema.nullable().default(null),
  /** Who those in the seats are: shown where there is no picture of them. */
  faces: z
    .array(
      z.object({
        participant: participantIdSchema,
        name: z.string(),
        cameraOff: z.boolean(),
        /** Their picture must not be cut off at its edges: a screen, or what an encoder sends. */
        whole: z.boolean().default(false),
      }),
    )
    .max(STAGE_SEATS)
    .default([]),
});
export type StageOrder = z.infer<typeof stageOrderSchema>;
