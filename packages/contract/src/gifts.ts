import { z } from "zod";
import { idSchema } from "./ids.ts";

/** A gift's name in commands and addresses. */
export const giftCodeSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, "use small letters, digits and dashes");

/** What can be sent to a host for coins. */
export const giftSchema = z.object({
  code: giftCodeSchema,
  name: z.string().trim().min(1).max(40),
  /** Names the picture and the animation in the web app. */
  animation: z.string().max(40),
  /** Coins for one. */
  price: z.number().int().min(1).max(1_000_000),
  /** false: kept for what was sent, not offered any more. */
  offered: z.boolean(),
});
export type Gift = z.infer<typeof giftSchema>;
/** `GET /api/gifts` -> giftList: what is offered, cheapest first; `GET /api/admin/gifts`: all. */
export const giftListSchema = z.object({ gifts: z.array(giftSchema) });
/** What an admin puts at `/api/admin/gifts/:code`. */
export const giftInputSchema = giftSchema.omit({ code: true });

/** Gifts of one kind by one sender belong together while no more than this lies between two of them, milliseconds. */
export const COMBO_PAUSE_MS = 5_000;

/** `id`: made by the client, a UUID; the same again is paid and told once. */
export const newGiftSchema = z.object({
  id: idSchema,
  gift: giftCodeSchema,
  count: z.number().int().min(1).max(999).default(1),
  captureUnixMs: z.number().positive().nullable().default(null),
});
export type NewGift = z.input<typeof newGiftSchema>;

/** One row of a leaderboard. */
export const supporterSchema = z.object({
  participant: z.string(),
  name: z.string(),
  /** Coins given. */
  coins: z.number().int().nonnegative(),
  place: z.number().int().positive(),
});
export type Supporter = z.infer<typeof supporterSchema>;

/** `GET /api/rooms/:room/supporters?broadcast=` -> supporterList: of one show, or of all time. */
export const supporterQuerySchema = z.object({
  broadcast: idSchema.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export const supporterListSchema = z.object({
  supporters: z.array(supporterSchema),
  /** Coins of everybody together. */
  coins: z.number().int().nonnegative(),
});
