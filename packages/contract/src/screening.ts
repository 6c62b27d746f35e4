/** What shows look like to a classifier, what follows when it finds something, and what staff decide about it. */
import { z } from "zod";
import { idSchema, instantSchema } from "./ids.ts";

/**
 * What is done when a picture of a show looks wrong. `flag`: staff get it to look at; `blur`: viewers' pictures are blurred as well,
 * and `pause`: neither seen nor heard, both until staff have decided.
 */
export const SCREENING_POLICIES = ["off", "flag", "blur", "pause"] as const;
export const screeningPolicySchema = z.enum(SCREENING_POLICIES);
export type ScreeningPolicy = z.infer<typeof screeningPolicySchema>;

/** What lies over a show. */
export const veilSchema = z.enum(["blur", "pause"]);
export type Veil = z.infer<typeof veilSchema>;

/** `GET /api/rooms/:room/screening` -> screeningView. `PUT` screeningChange -> screeningView. */
export const screeningChangeSchema = z.object({
  /** Null: as the house has it. Owners may be stricter than the house, admins anything. */
  policy: screeningPolicySchema.nullable(),
});
export const screeningViewSchema = z.object({
  policy: screeningPolicySchema,
  /** What is set for this room; null: nothing. */
  own: screeningPolicySchema.nullable(),
  /** The house's. */
  house: screeningPolicySchema,
  /** What judges: the model on this machine, or the operator's moderation service. */
  by: z.enum(["model", "service"]),
  /** Seconds between two pictures of a show. */
  everyS: z.number(),
  /** Lies over the show on air. */
  veil: veilSchema.nullable(),
});
export type ScreeningView = z.infer<typeof screeningViewSchema>;

/** `GET /api/rooms/:room/frames` -> newest first. `PATCH .../frames/:frame` frameDecision -> frameView. */
export const frameViewSchema = z.object({
  id: idSchema,
  at: instantSchema,
  /** What it was taken for and how sure that is, 0 to 1, the surest first. */
  found: z.array(z.object({ name: z.string(), score: z.number().min(0).max(1) })),
  action: z.enum(["flag", "blur", "pause"]),
  /** `upheld`: staff agree, and what was done stays until the show ends. */
  state: z.enum(["waiting", "cleared", "upheld"]),
  decidedBy: z.string().nullable(),
  /** Path of the picture, for staff. */
  pictureUrl: z.string(),
});
export type FrameView = z.infer<typeof frameViewSchema>;
export const frameListSchema = z.object({
  frames: z.array(frameViewSchema),
  /** How many nobody has decided about. */
  waiting: z.number().int(),
});
export const frameDecisionSchema = z.object({ harmless: z.boolean() });
