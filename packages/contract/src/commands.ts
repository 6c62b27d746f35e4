/** What clients ask for over their room's socket, each with its input, the action it is, and what is answered. */
import { z } from "zod";
import type { Action } from "./actions.ts";
import { battleTermsSchema } from "./battle.ts";
import { chatModeChangesSchema, newMessageSchema, newReactionSchema } from "./chat.ts";
import { newGiftSchema } from "./gifts.ts";
import { idSchema, participantIdSchema, roomSlugSchema } from "./ids.ts";
import { newReportSchema, sanctionRequestSchema } from "./moderation.ts";
import { hostNoticeSchema, type OtherShow } from "./room.ts";
import { stageLayoutSchema } from "./stage.ts";

const nothing = z.object({});
const sequence = z.number().int().positive();
const who = z.object({ participant: participantIdSchema });

export const COMMANDS = {
  "host.notice": { input: hostNoticeSchema, action: "host.notice" },
  "room.end": { input: nothing, action: "room.end" },
  "chat.send": { input: newMessageSchema, action: "chat.send" },
  /** Their own message, or with `chat.delete` anybody's. */
  "chat.delete": { input: z.object({ message: sequence }), action: "chat.delete-own" },
  "chat.pin": { input: z.object({ message: sequence.nullable() }), action: "chat.pin" },
  "chat.mode": { input: chatModeChangesSchema, action: "chat.mode" },
  "reaction.send": { input: newReactionSchema, action: "reaction.send" },
  "gift.send": { input: newGiftSchema, action: "gift.send" },
  /** Raise a hand, or take it down. */
  "stage.ask": {
    input: z.object({ up: z.boolean(), note: z.string().trim().max(140).default("") }),
    action: "stage.ask",
  },
  /** Ask somebody who raised a hand, or anybody else here, to come on stage; `off` takes an invitation back. */
  "stage.invite": { input: who.extend({ off: z.boolean().default(false) }), action: "stage.invite" },
  /** Accept an invitation (a token of a guest can then be minted), or not. */
  "stage.answer": { input: z.object({ accept: z.boolean() }), action: "stage.answer" },
  "stage.leave": { input: nothing, action: "stage.leave" },
  "stage.remove": { input: who, action: "stage.remove" },
  /** Silence somebody on stage, or let them speak again. */
  "stage.mute": { input: who.extend({ silenced: z.boolean() }), action: "stage.mute" },
  /** A guest's own microphone and camera, for the others to see. */
  "stage.devices": {
    input: z.object({ microphoneMuted: z.boolean(), cameraOff: z.boolean() }),
    action: "stage.leave",
  },
  "stage.layout": {
    input: z.object({ layout: stageLayoutSchema, spotlight: participantIdSchema.nullable() }),
    action: "stage.layout",
  },
  "people.mute": { input: sanctionRequestSchema, action: "people.mute" },
  "people.unmute": { input: who, action: "people.mute" },
  "people.ban": { input: sanctionRequestSchema, action: "people.ban" },
  "people.unban": { input: who, action: "people.ban" },
  /** Makes somebody with an account a moderator of the room; `off`: not any more. */
  "people.appoint": { input: who.extend({ off: z.boolean().default(false) }), action: "people.appoint" },
  "report.send": { input: newReportSchema, action: "report.send" },
  /** Rooms on air that can be challenged, the fullest first. */
  "battle.find": { input: z.object({ query: z.string().trim().max(60).default("") }), action: "battle.run" },
  "battle.challenge": { input: battleTermsSchema.extend({ room: roomSlugSchema }), action: "battle.run" },
  /** Answers a challenge; the challenger takes it back with `accept: false`. */
  "battle.answer": { input: z.object({ battle: idSchema, accept: z.boolean() }), action: "battle.run" },
  /** Waits for whoever waits, too; `on: false`: not any more. */
  "battle.queue": { input: battleTermsSchema.extend({ on: z.boolean() }), action: "battle.run" },
  /** Gives up, or ends the penalty: the rooms are apart again. */
  "battle.leave": { input: nothing, action: "battle.run" },
  /** After the result: another round, when the other side wants it, too. */
  "battle.again": { input: z.object({ again: z.boolean() }), action: "battle.run" },
  /** The opponent is not heard in this room, or heard again. */
  "battle.mute": { input: z.object({ silenced: z.boolean() }), action: "battle.run" },
  /** Whether others may challenge this room. */
  "battle.open": { input: z.object({ open: z.boolean() }), action: "battle.run" },
  /** Public rooms on air that take a raid of this one, the fullest first. */
  "raid.find": { input: z.object({ query: z.string().trim().max(60).default("") }), action: "room.raid" },
  /** Takes the viewers to another room after a countdown; the show ends then. */
  "raid.start": { input: z.object({ room: roomSlugSchema }), action: "room.raid" },
  "raid.cancel": { input: nothing, action: "room.raid" },
  /** Gives a guest on stage the host's part of running the room; null takes it back. */
  "stage.hand-over": {
    input: z.object({ participant: participantIdSchema.nullable() }),
    action: "stage.hand-over",
  },
} as const satisfies Record<string, { input: z.ZodType; action: Action }>;

export type CommandName = keyof typeof COMMANDS;
export type CommandInput<Name extends CommandName> = z.input<(typeof COMMANDS)[Name]["input"]>;
export type ParsedCommand<Name extends CommandName> = z.output<(typeof COMMANDS)[Name]["input"]>;

/** What a command is answered with; null where it is not listed. */
export interface CommandValues {
  "chat.send": { sequence: number };
  "gift.send": { sequence: number; coins: number };
  "battle.find": { rooms: OtherShow[] };
  "battle.challenge": { battle: string };
  "raid.find": { rooms: OtherShow[] };
}
export type CommandValue<Name extends CommandName> = Name extends keyof CommandValues
  ? CommandValues[Name]
  : null;
