/**
 * A room's event log: everything that happens in a room, in one order. Sequence numbers begin with 1, grow by one and have
 * no gaps; what is said twice with the same client id is kept once. Live, history, replay and webhooks are views of it.
 */
import { z } from "zod";
import { standingSchema } from "./actions.ts";
import { battleSchema } from "./battle.ts";
import { chatModeSchema, messageTextSchema } from "./chat.ts";
import { idSchema, participantIdSchema } from "./ids.ts";
import { raidRoomSchema } from "./raids.ts";
import { hostNoticeSchema, roomStateSchema } from "./room.ts";
import { veilSchema } from "./screening.ts";
import { stageSchema } from "./stage.ts";
import { MAX_GIFTED } from "./subscriptions.ts";

export const sequenceSchema = z.number().int().positive();

/** Who did it, as they were then. */
export const actorSchema = z.object({
  participant: participantIdSchema,
  name: z.string(),
  /** All they were in the room but `viewer`; shown as badges. */
  standings: z.array(standingSchema).max(6),
  /** Of a subscriber: months so far. */
  months: z.number().int().positive().optional(),
});
export type Actor = z.infer<typeof actorSchema>;

/** A gift as it was when it was sent; catalogues change, the log does not. */
export const sentGiftSchema = z.object({
  /** The ledger's transfer. */
  transfer: idSchema,
  gift: z.string(),
  name: z.string(),
  /** Names the picture and the animation in the web app. */
  animation: z.string(),
  /** Coins for one. */
  price: z.number().int().positive(),
  count: z.number().int().positive(),
  /** Gifts of the same kind by one sender with no more than the combo's pause between them; `count` is theirs together. */
  combo: z.object({ id: idSchema, count: z.number().int().positive() }),
});
export type SentGift = z.infer<typeof sentGiftSchema>;

/** Somebody subscribed to the room's channel, went on for another month, or gave subscriptions to others. */
const subscriptionEventSchema = z.object({
  type: z.literal("subscription"),
  action: z.enum(["joined", "renewed", "gifted"]),
  /** Name of the tier as it was. */
  tier: z.string(),
  /** The actor's months so far; of a gift: what each got. */
  months: z.number().int().positive(),
  /** Of a gift: who got it. */
  recipients: z.array(z.object({ participant: participantIdSchema, name: z.string() })).max(MAX_GIFTED),
});

/** What happened. A new kind of event is a new member; readers pass over what they do not know. */
export const eventBodySchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("message"),
    /** Empty: it was deleted since. */
    text: messageTextSchema.or(z.literal("")),
    /** The message it answers, with enough of it to show. */
    replyTo: z
      .object({
        sequence: sequenceSchema,
        participant: participantIdSchema,
        name: z.string(),
        /** Empty: what it answers was deleted. */
        excerpt: z.string(),
      })
      .nullable(),
    mentions: z.array(participantIdSchema).max(10),
  }),
  /** The text of a deleted message is gone from the log, too, also where others answered it. */
  z.object({ type: z.literal("message-deleted"), message: sequenceSchema }),
  /** `message` is null when nothing is pinned any more. */
  z.object({ type: z.literal("message-pinned"), message: sequenceSchema.nullable() }),
  z.object({ type: z.literal("chat-mode"), mode: chatModeSchema }),
  /** All of about a second, by emoji. The actor is null. */
  z.object({ type: z.literal("reactions"), counts: z.record(z.string(), z.number().int().positive()) }),
  sentGiftSchema.extend({ type: z.literal("gift") }),
  /** The stage as it is from here on. */
  z.object({ type: z.literal("stage"), stage: stageSchema }),
  z.object({ type: z.literal("host-notice"), notice: hostNoticeSchema }),
  z.object({
    type: z.literal("state"),
    state: roomStateSchema,
    broadcast: idSchema.nullable(),
    reason: z.enum(["host", "grace", "moderator"]).nullable(),
  }),
  /** For staff only. `untilUnixMs`: null for ever. */
  z.object({
    type: z.literal("moderation"),
    action: z.enum(["mute", "unmute", "ban", "unban", "appoint", "dismiss", "flag"]),
    participant: participantIdSchema,
    name: z.string(),
    untilUnixMs: z.number().nullable(),
    reason: z.string().max(200),
  }),
  /** A battle began, has a result, or is over: as it is from here on. */
  z.object({ type: z.literal("battle"), battle: battleSchema }),
  /** Somebody supports the channel. */
  subscriptionEventSchema,
  /** The viewers are about to go to another room, do not go after all, or go now and the show ends. */
  z.object({
    type: z.literal("raid"),
    phase: z.enum(["starting", "cancelled", "gone"]),
    to: raidRoomSchema,
    goesAtUnixMs: z.number(),
  }),
  /** Viewers of another room come. */
  z.object({ type: z.literal("raided"), from: raidRoomSchema, viewers: z.number().int().nonnegative() }),
  /** What lies over the show from here on, as its pictures looked wrong; null: nothing. */
  z.object({ type: z.literal("veil"), veil: veilSchema.nullable() }),
]);
export type EventBody = z.infer<typeof eventBodySchema>;
export type EventType = EventBody["type"];

export const roomEventSchema = z.object({
  sequence: sequenceSchema,
  /** Room time: the server's clock when it was taken into the log, ms since 1970. */
  atUnixMs: z.number(),
  /** Capture time of the picture the actor saw when they did it, ms since 1970; null: they saw none, or did not say. */
  captureUnixMs: z.number().nullable(),
  /** Null: the server itself. */
  actor: actorSchema.nullable(),
  /** Made by the client that sent it (UUID): by it a sender knows their own event again. */
  clientId: idSchema.nullable(),
  /** `staff`: only those who may read reports get it. */
  audience: z.enum(["all", "staff"]),
  body: eventBodySchema,
});
export type RoomEvent = z.infer<typeof roomEventSchema>;

/** What comes every tick (100 ms) in which something happened. */
export const eventFrameSchema = z.object({
  /** Everything up to here has been told, or left out. */
  last: z.number().int().nonnegative(),
  /** In order; fewer than happened when nobody could read them all. */
  events: z.array(roomEventSchema),
  /** Messages left out of this frame; history has them. */
  omitted: z.number().int().nonnegative(),
});
export type EventFrame = z.infer<typeof eventFrameSchema>;

/** A piece of the log, oldest first. */
export const eventPageSchema = z.object({
  events: z.array(roomEventSchema),
  /** Newest of the room. */
  last: z.number().int().nonnegative(),
  /** false: there are more in the direction asked for. */
  complete: z.boolean(),
});
export type EventPage = z.infer<typeof eventPageSchema>;

/**
 * `GET /api/rooms/:room/events` -> eventPage: the newest; those after or before a sequence number; those of one broadcast.
 * For whoever may watch the room.
 */
export const eventQuerySchema = z.object({
  after: z.coerce.number().int().nonnegative().optional(),
  before: z.coerce.number().int().positive().optional(),
  /** Only these types, by commas. */
  types: z.string().max(200).optional(),
  broadcast: idSchema.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
