/** Battles: two rooms on air joined for a while; the gifts of each room are the points of its side. */
import { z } from "zod";
import { idSchema, participantIdSchema, roomSlugSchema } from "./ids.ts";

/** An invitation is void after so long, ms. */
export const CHALLENGE_MS = 30_000;
/** From the acceptance to the first point, for both pictures to be there, ms. */
export const BATTLE_LEAD_MS = 5_000;
/** From the end to the result: gifts that were paid in time are counted, ms. */
export const BATTLE_COUNTING_MS = 2_000;
/** A side that is away so long has lost, ms. */
export const BATTLE_AWAY_MS = 20_000;
/** After a draw, or without a penalty, the rooms stay joined so long, ms. */
export const BATTLE_AFTER_MS = 30_000;
/** Who waits for an opponent is forgotten after so long, ms. */
export const BATTLE_QUEUE_MS = 600_000;
/** Supporters told of each side. */
export const BATTLE_SUPPORTERS = 3;

export const battleTermsSchema = z.object({
  durationS: z.number().int().min(10).max(900).default(180),
  /** How long the rooms stay joined for the loser's forfeit; 0: no longer than after a draw. */
  penaltyS: z.number().int().min(0).max(600).default(60),
});
export type BattleTerms = z.infer<typeof battleTermsSchema>;

/** `starting`: accepted, points count from `startsUnixMs` on; `counting`: over, the last gifts are looked for; `result`: the penalty, or a goodbye. */
export const battlePhaseSchema = z.enum(["starting", "running", "counting", "result", "over"]);
export type BattlePhase = z.infer<typeof battlePhaseSchema>;

export const battleSideSchema = z.object({
  room: roomSlugSchema,
  title: z.string(),
  /** The host. */
  participant: participantIdSchema,
  name: z.string(),
  /** Coins given in the room while the battle ran. */
  coins: z.number().int().nonnegative(),
  /** Who gave most, the first first. */
  supporters: z
    .array(
      z.object({ participant: participantIdSchema, name: z.string(), coins: z.number().int().positive() }),
    )
    .max(BATTLE_SUPPORTERS),
  /** The host is on air. */
  here: z.boolean(),
  /** Wants another round; when both do it begins. */
  again: z.boolean(),
});
export type BattleSide = z.infer<typeof battleSideSchema>;

export const battleSchema = battleTermsSchema.required().extend({
  id: idSchema,
  /** Grows with every change: of two, the larger is the newer. */
  revision: z.number().int().nonnegative(),
  phase: battlePhaseSchema,
  /** 1 at first, one more with each that both wanted again. */
  round: z.number().int().positive(),
  /** In the same order for both rooms. */
  sides: z.tuple([battleSideSchema, battleSideSchema]),
  /** Points are gifts paid from then until `endsUnixMs`, on the room clock. */
  startsUnixMs: z.number(),
  endsUnixMs: z.number(),
  /** When the phase is over; null: it is the last. */
  phaseEndsUnixMs: z.number().nullable(),
  /** From `result` on. `winner`: index of the side, null for a draw; `forfeit`: the other side gave up or went away. */
  outcome: z
    .object({ winner: z.union([z.literal(0), z.literal(1)]).nullable(), by: z.enum(["points", "forfeit"]) })
    .nullable(),
});
export type Battle = z.infer<typeof battleSchema>;

/** An invitation that waits for its answer, seen from one of its rooms: `room` is the other one. */
export const challengeSchema = battleTermsSchema.required().extend({
  battle: idSchema,
  room: roomSlugSchema,
  title: z.string(),
  /** The other host. */
  name: z.string(),
  untilUnixMs: z.number(),
});
export type Challenge = z.infer<typeof challengeSchema>;

/** What hosts need to find an opponent. */
export interface BattleDesk {
  /** false: nobody may challenge this room. */
  open: boolean;
  /** Since when the room waits for whoever comes; null: it does not. */
  queuedSinceUnixMs: number | null;
  incoming: Challenge[];
  outgoing: Challenge[];
}
export const EMPTY_BATTLE_DESK: BattleDesk = {
  open: true,
  queuedSinceUnixMs: null,
  incoming: [],
  outgoing: [],
};
