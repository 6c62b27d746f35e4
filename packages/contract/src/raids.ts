/** Raids: a host ends their show and takes its viewers along to another room that is live. */
import { z } from "zod";
import { displayNameSchema, roomSlugSchema } from "./ids.ts";

/** From the word of the host until viewers go, milliseconds: time to say goodbye, or to decide to stay. */
export const RAID_COUNTDOWN_MS = 15_000;

/** A room of a raid, as it was called then. */
export const raidRoomSchema = z.object({
  slug: roomSlugSchema,
  title: z.string(),
  /** Whose it is. */
  host: displayNameSchema,
});
export type RaidRoom = z.infer<typeof raidRoomSchema>;

/** A raid that is about to go, as a late joiner gets it. */
export const raidSchema = z.object({ to: raidRoomSchema, goesAtUnixMs: z.number() });
export type Raid = z.infer<typeof raidSchema>;

/** Who may send their viewers to a room: everybody, those its owner follows, nobody. */
export const raidersSchema = z.enum(["everybody", "followed", "nobody"]);
export type Raiders = z.infer<typeof raidersSchema>;

/** `GET` and `PUT /api/rooms/:room/raid-rules`. */
export const raidRulesSchema = z.object({ from: raidersSchema });
export type RaidRules = z.infer<typeof raidRulesSchema>;
export const DEFAULT_RAID_RULES: RaidRules = { from: "everybody" };
