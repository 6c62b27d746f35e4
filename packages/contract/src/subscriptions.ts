/**
 * Subscriptions: people support a channel, which is the owner of rooms, by the month. A channel sells up to three tiers; a
 * subscription to it holds in all of its rooms.
 */
import { z } from "zod";
import { displayNameSchema, idSchema, instantSchema, participantIdSchema, roomSlugSchema } from "./ids.ts";
import { paymentProviderSchema, priceSchema, purchaseStateSchema } from "./wallet.ts";

export const MAX_TIERS = 3;
/** Most months, and most people, of one gift. */
export const MAX_GIFT_MONTHS = 12;
export const MAX_GIFTED = 50;

/** 1 is the first tier; nothing but its place in the list. */
export const tierLevelSchema = z.number().int().min(1).max(MAX_TIERS);

const tierFields = {
  name: z.string().trim().min(1).max(40),
  /** What subscribers get, in the channel's words. */
  perks: z.string().trim().max(300).default(""),
  /** For a month, in the smallest unit of the server's currency. */
  amount: z.number().int().min(50).max(1_000_000),
  /** false: sold to nobody new; who has it keeps it, at its price. */
  offered: z.boolean(),
};
/** What the owner puts at `/api/channel/tiers/:level`. */
export const tierInputSchema = z.object(tierFields);
export type TierInput = z.input<typeof tierInputSchema>;

export const tierSchema = z.object({
  level: tierLevelSchema,
  ...{ name: z.string(), perks: z.string(), price: priceSchema, offered: z.boolean() },
});
export type Tier = z.infer<typeof tierSchema>;

/** `GET /api/channel/tiers` -> the caller's own, also those that are off, by level. */
export const channelTiersSchema = z.object({
  tiers: z.array(tierSchema),
  currency: z.string(),
  provider: paymentProviderSchema,
  /** What this server keeps of subscriptions, per cent. */
  commissionPercent: z.number().int(),
});
export type ChannelTiers = z.infer<typeof channelTiersSchema>;

/** Somebody's subscription as it runs. */
export const runningSubscriptionSchema = z.object({
  level: tierLevelSchema,
  tier: z.string(),
  /** Paid until then; a renewal that is late leaves it running for a few days more. */
  until: instantSchema,
  /** Months so far, this one counted. */
  months: z.number().int().positive(),
  /** Their own order, which renews or not; null: it was given to them. */
  order: idSchema.nullable(),
  renews: z.boolean(),
  /** Who gave it; null: themselves. */
  giver: z.string().nullable(),
});
export type RunningSubscription = z.infer<typeof runningSubscriptionSchema>;

/** `GET /api/rooms/:room/subscription`: what the room's channel sells, and what the caller has. */
export const channelOfferSchema = z.object({
  channel: z.object({ id: idSchema, name: displayNameSchema }),
  provider: paymentProviderSchema,
  /** On sale; empty: the channel has no subscriptions. */
  tiers: z.array(tierSchema),
  yours: runningSubscriptionSchema.nullable(),
});
export type ChannelOffer = z.infer<typeof channelOfferSchema>;

/** `POST /api/rooms/:room/subscription` -> 201 subscriptionOrder. `id` is made by the client: the same again is the same order. */
export const newSubscriptionSchema = z.object({ id: idSchema, level: tierLevelSchema });
export type NewSubscription = z.infer<typeof newSubscriptionSchema>;

/** `POST /api/rooms/:room/subscription-gifts` -> 201 subscriptionOrder: months of a tier for people who are in the room now. */
export const newSubscriptionGiftSchema = z.object({
  ...{ id: idSchema, level: tierLevelSchema },
  months: z.number().int().min(1).max(MAX_GIFT_MONTHS).default(1),
  /** One person, or so many who have an account and no subscription, drawn by lot. */
  to: z.union([
    z.object({ participant: participantIdSchema }),
    z.object({ random: z.number().int().min(1).max(MAX_GIFTED) }),
  ]),
});
export type NewSubscriptionGift = z.input<typeof newSubscriptionGiftSchema>;

/** `open`: to be paid; `active`: paid, until `until`; `ended`: it ran out, or was ended. */
export const subscriptionOrderStateSchema = z.enum(["open", "active", "ended", "failed", "refunded"]);

/** What somebody bought: their own subscription, or a gift. */
export const subscriptionOrderSchema = z.object({
  id: idSchema,
  kind: z.enum(["own", "gift"]),
  state: subscriptionOrderStateSchema,
  provider: purchaseProvider(),
  channel: z.object({ id: idSchema, name: displayNameSchema }),
  /** Where it was bought; null: the room is gone. */
  room: roomSlugSchema.nullable(),
  level: tierLevelSchema,
  tier: z.string(),
  /** Of a month; of the whole of a gift. */
  price: priceSchema,
  /** Of a gift. */
  months: z.number().int().positive(),
  /** Names of those it is for; empty: the buyer. */
  recipients: z.array(z.string()),
  /** Paid until then; null: not paid yet. */
  until: instantSchema.nullable(),
  renews: z.boolean(),
  createdAt: instantSchema,
  /** Where it can be paid, while it can be. */
  checkoutUrl: z.string().nullable(),
});
export type SubscriptionOrder = z.infer<typeof subscriptionOrderSchema>;

/**
 * `GET /api/subscriptions` -> the caller's. `GET /api/subscriptions/:id` -> subscriptionOrder; the provider is asked while it is
 * open. `PATCH` with `renews` ends it with what is paid, or lets it go on. `POST /api/subscriptions/:id/sandbox` pays it there.
 */
export const mySubscriptionsSchema = z.object({
  running: z.array(
    runningSubscriptionSchema.extend({
      channel: z.object({ id: idSchema, name: displayNameSchema }),
      /** A room of the channel to go to; null: it has none. */
      room: roomSlugSchema.nullable(),
      price: priceSchema.nullable(),
    }),
  ),
  /** Newest first; those that were never paid are left out. */
  orders: z.array(subscriptionOrderSchema),
});
export type MySubscriptions = z.infer<typeof mySubscriptionsSchema>;
export const renewalChangeSchema = z.object({ renews: z.boolean() });

/** `GET /api/channel/subscribers` -> who subscribes to the caller's channel, those who have paid furthest first. */
export const subscriberListSchema = z.object({
  subscribers: z.array(
    z.object({
      id: idSchema,
      name: displayNameSchema,
      ...{ level: tierLevelSchema, tier: z.string(), months: z.number().int().positive() },
      ...{ until: instantSchema, renews: z.boolean(), giver: z.string().nullable() },
    }),
  ),
  /** All of them; the list has a hundred. */
  count: z.number().int().nonnegative(),
  /** Earned from subscriptions in the last thirty days, less refunds. */
  earnedPoints: z.number().int(),
});
export type SubscriberList = z.infer<typeof subscriberListSchema>;

/** `GET /api/admin/subscription-payments`, newest first; `POST .../:id/refund` gives the money back and ends what it paid for. */
export const subscriptionPaymentSchema = z.object({
  id: idSchema,
  provider: purchaseProvider(),
  state: purchaseStateSchema.extract(["paid", "refunded"]),
  kind: z.enum(["joined", "renewed", "gifted"]),
  buyer: z.string(),
  channel: z.string(),
  tier: z.string(),
  price: priceSchema,
  refundedAmount: z.number().int().nonnegative(),
  at: instantSchema,
});
export type SubscriptionPayment = z.infer<typeof subscriptionPaymentSchema>;
export const subscriptionPaymentListSchema = z.object({ payments: z.array(subscriptionPaymentSchema) });

function purchaseProvider() {
  return z.enum(["stripe", "sandbox"]);
}
