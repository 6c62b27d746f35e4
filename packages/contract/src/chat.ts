import { z } from "zod";
import { idSchema } from "./ids.ts";

/** A chat message: 1 to 500 characters, no control characters but line breaks. */
export const messageTextSchema = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}\u2028\u2029]*(?:\n[^\p{Cc}\u2028\u2029]*)*$/u, "control characters are not allowed");

const mode = {
  /** Seconds between two messages of one person; 0: off. */
  slowS: z.number().int().min(0).max(600),
  /** Who may write. */
  who: z.enum(["everybody", "accounts", "followers", "subscribers", "nobody"]),
  /** Only emoji. */
  emojiOnly: z.boolean(),
};

/** How the chat may be used; those with `chat.unbound` are not bound by it. */
export const chatModeSchema = z.object(mode);
/** What of it shall be another. */
export const chatModeChangesSchema = z.object(mode).partial();
export type ChatMode = z.infer<typeof chatModeSchema>;
export const OPEN_CHAT: ChatMode = { slowS: 0, who: "everybody", emojiOnly: false };

const captureUnixMs = z.number().positive().nullable().default(null);
const sequence = z.number().int().positive();

/** `id`: made by the client, a UUID; the same again is answered as the first time and said once. */
export const newMessageSchema = z.object({
  id: idSchema,
  text: messageTextSchema,
  replyTo: sequence.nullable().default(null),
  /** Capture time of the picture on the sender's screen. */
  captureUnixMs,
});
export type NewMessage = z.input<typeof newMessageSchema>;

/** What people react with. */
export const REACTIONS = ["❤️", "😂", "😮", "👏", "🔥", "🎉", "👍", "😢"] as const;

export const newReactionSchema = z.object({
  emoji: z.enum(REACTIONS),
  /** How often it was tapped since the last command. */
  count: z.number().int().min(1).max(20),
  captureUnixMs,
});
