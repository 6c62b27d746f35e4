import { z } from "zod";
import { instantSchema } from "./ids.ts";

/** What can be wrong with a host's stream. The words for each are in {@link findingWords}. */
export const findingCodeSchema = z.enum([
  "b-frames",
  "keyframes-far",
  "keyframes-uneven",
  "frame-rate-variable",
  "sound-missing",
  "sound-silent",
  "sound-clipped",
  "sound-skew",
  "clock-drift",
  "upload-loss",
  "upload-slow",
  "bitrate-low",
  "bitrate-high",
  "codec-bridged",
  "codec-unsupported",
  "two-encoders",
]);
export type FindingCode = z.infer<typeof findingCodeSchema>;

/** `info`: viewers hardly notice; `warning`: some of them do; `problem`: all of them do. */
export const severitySchema = z.enum(["info", "warning", "problem"]);
export type Severity = z.infer<typeof severitySchema>;

/** Measured, each with its unit in its name (`seconds`, `bps`, `ratio`); which ones depends on the code. */
export const findingValuesSchema = z.record(z.string().max(40), z.union([z.number(), z.string().max(80)]));
export type FindingValues = z.infer<typeof findingValuesSchema>;

/** Something about the stream on air that the host could do better. */
export const findingSchema = z.object({
  code: findingCodeSchema,
  severity: severitySchema,
  /** Milliseconds since 1970. */
  sinceUnixMs: z.number(),
  /** The server makes up for it as far as it can. */
  repaired: z.boolean(),
  values: findingValuesSchema,
});
export type Finding = z.infer<typeof findingSchema>;

/** A finding as it is kept with the broadcast. */
export const keptFindingSchema = findingSchema.omit({ sinceUnixMs: true }).extend({
  firstAt: instantSchema,
  /** null: it is there now. */
  lastAt: instantSchema.nullable(),
  /** How often it came. */
  times: z.number().int(),
});
export type KeptFinding = z.infer<typeof keptFindingSchema>;

/** `GET /api/rooms/:room/broadcasts/:broadcast/findings`, for the room's owner: worst first. */
export const keptFindingsSchema = z.object({ findings: z.array(keptFindingSchema) });
