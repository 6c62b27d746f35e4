/** Web push (RFC 8030): notices on a device while no page is open. */
import { z } from "zod";
import { roomSlugSchema } from "./ids.ts";

const base64url = (bytes: number) =>
  z.base64url().refine((text) => decodedLength(text) === bytes, "of another length");
const decodedLength = (text: string) => Math.floor((text.replace(/=+$/, "").length * 3) / 4);

/** `GET /api/push` -> pushView: what a browser subscribes with (`applicationServerKey`). */
export const pushViewSchema = z.object({ publicKey: z.string() });

/** `PUT /api/push/subscription` -> 204: what `PushManager.subscribe()` gave, of one device of the caller. */
export const pushSubscriptionSchema = z.object({
  endpoint: z.url({ protocol: /^https?$/ }).max(1_000),
  keys: z.object({
    /** The browser's P-256 key, uncompressed. */
    p256dh: base64url(65),
    auth: base64url(16),
  }),
});
export type PushSubscriptionOrder = z.infer<typeof pushSubscriptionSchema>;

/** `DELETE /api/push/subscription` -> 204. */
export const pushEndSchema = pushSubscriptionSchema.pick({ endpoint: true });

/** What a push message says: somebody the subscriber follows is live. */
export const pushMessageSchema = z.object({
  type: z.literal("live"),
  room: roomSlugSchema,
  title: z.string(),
  host: z.string(),
});
export type PushMessage = z.infer<typeof pushMessageSchema>;
