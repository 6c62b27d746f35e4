/**
 * Webhooks: a room's log, sent to an integrator's server as it grows. Requests are `POST` with a JSON body and the headers of the
 * Standard Webhooks specification 1.0 (`webhook-id`, `webhook-timestamp`, `webhook-signature`). Of one room they come in order, each
 * after the one before was taken with 2xx; `webhook-id` stays the same over retries.
 */
import { z } from "zod";
import { type EventType, eventBodySchema, roomEventSchema, sequenceSchema } from "./events.ts";
import { idSchema, instantSchema, roomSlugSchema } from "./ids.ts";

/** Every type of event there is. */
export const EVENT_TYPES: readonly EventType[] = eventBodySchema.options.map(({ shape }) => shape.type.value);

/** Webhooks of one account at most. */
export const MAX_WEBHOOKS = 20;

const webhookUrlSchema = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .regex(/^[a-z]+:\/\/[^@/?#]+(?:[/?][^#]*)?$/i, "no user name in it, and nothing after #");
const typesSchema = z.array(z.enum(EVENT_TYPES as [EventType, ...EventType[]])).max(40);

/** `POST /api/webhooks` -> 201 newWebhookAnswer. It gets what happens from then on in all rooms of the account. */
export const newWebhookSchema = z.object({
  url: webhookUrlSchema,
  /** What is sent; none: everything. */
  types: typesSchema.default([]),
});
export type NewWebhook = z.input<typeof newWebhookSchema>;

/** `PATCH /api/webhooks/:webhook` -> 200 webhook. To switch one on again that was given up goes on where it stopped. */
export const webhookChangesSchema = z
  .object({ url: webhookUrlSchema, types: typesSchema, enabled: z.boolean() })
  .partial();

export type WebhookChanges = z.input<typeof webhookChangesSchema>;

export const webhookSchema = z.object({
  id: idSchema,
  url: z.string(),
  types: typesSchema,
  enabled: z.boolean(),
  createdAt: instantSchema,
  /** Set while the server does not take what is sent: since when, what it answered last, and when it is tried next. */
  failing: z
    .object({
      since: instantSchema,
      attempts: z.number().int(),
      fault: z.string(),
      nextAt: instantSchema.nullable(),
    })
    .nullable(),
});
export type Webhook = z.infer<typeof webhookSchema>;
export const webhookListSchema = z.object({ webhooks: z.array(webhookSchema) });

/** `secret` (`whsec_...`) is shown once; it signs. */
export const newWebhookAnswerSchema = webhookSchema.extend({ secret: z.string() });
export type NewWebhookAnswer = z.infer<typeof newWebhookAnswerSchema>;

/** One attempt. `status`: what the server answered, null when it did not; `sequence` is null for a test. */
export const deliverySchema = z.object({
  id: idSchema,
  at: instantSchema,
  room: roomSlugSchema.nullable(),
  sequence: sequenceSchema.nullable(),
  type: z.string(),
  attempt: z.number().int(),
  status: z.number().int().nullable(),
  fault: z.string().nullable(),
  durationMs: z.number(),
});
export type Delivery = z.infer<typeof deliverySchema>;
/** `GET /api/webhooks/:webhook/deliveries`: the newest first, at most 100; they are kept for a week. */
export const deliveryListSchema = z.object({ deliveries: z.array(deliverySchema) });

/**
 * `POST /api/webhooks/:webhook/replay` -> 204: sends a room's log again, from the event after this one on. `POST
 * /api/webhooks/:webhook/test` -> 200 delivery: sends an event of type `test`, once.
 */
export const webhookReplaySchema = z.object({ room: roomSlugSchema, after: z.number().int().nonnegative() });

/** What is posted. */
export const webhookBodySchema = z.object({
  type: z.string(),
  room: roomSlugSchema.nullable(),
  timestamp: instantSchema,
  /** Null in a test. */
  event: roomEventSchema.nullable(),
});
export type WebhookBody = z.infer<typeof webhookBodySchema>;
