import { z } from "zod";

/**
 * What somebody is to a room, all of it at once: the owner of a room who is on air in it is `owner`, `host` and `viewer`.
 * `host`, `guest` and `moderator` come from the room token, `owner` and `admin` from the account, `subscriber` from a paid
 * subscription; everybody is a `viewer`.
 */
export const standingSchema = z.enum([
  "owner",
  "admin",
  "host",
  "moderator",
  "guest",
  "subscriber",
  "viewer",
]);
export type Standing = z.infer<typeof standingSchema>;

const everybody = ["viewer"] as const;
const staff = ["owner", "admin", "host", "moderator"] as const;
const runners = ["owner", "host"] as const;

/**
 * Who may do what in a room: the one table. An action is allowed to whoever has one of its standings; the server looks
 * here for every route and every socket command, the web app to show what can be done.
 */
export const ACTIONS = {
  "room.watch": everybody,
  "room.edit": ["owner"],
  "room.end": ["owner", "host", "admin"],
  "host.notice": ["host"],
  "chat.send": everybody,
  "chat.delete-own": everybody,
  "chat.delete": staff,
  "chat.pin": staff,
  /** Slow mode, followers only, subscribers only, emoji only. */
  "chat.mode": staff,
  /** Speaks whatever the chat's mode is. */
  "chat.unbound": staff,
  "reaction.send": everybody,
  "gift.send": everybody,
  "stage.ask": everybody,
  "stage.answer": everybody,
  "stage.leave": ["guest"],
  "stage.invite": runners,
  "stage.remove": ["owner", "host", "moderator", "admin"],
  "stage.mute": ["owner", "host", "moderator", "admin"],
  "stage.layout": runners,
  "stage.hand-over": ["owner"],
  "people.mute": staff,
  "people.ban": staff,
  "people.appoint": ["owner", "admin"],
  "report.send": everybody,
  /** Reports, messages that wait, who is muted or banned: to see them and decide. */
  "report.read": staff,
  /** What may be said. */
  "rules.edit": ["owner", "admin", "moderator"],
  "audit.read": staff,
  "room.follow": everybody,
  /** To find opponents, and all that is decided in a battle. */
  "battle.run": runners,
  /** End the show and send its viewers to another room. */
  "room.raid": runners,
  /** What is done when a picture looks wrong; an owner may only be stricter than the house. */
  "screening.edit": ["owner", "admin"],
  /** Where only subscribers may watch. */
  "room.watch-subscribers": ["owner", "admin", "host", "moderator", "guest", "subscriber"],
} as const satisfies Record<string, readonly Standing[]>;

export type Action = keyof typeof ACTIONS;

/** true when one of these standings allows the action. */
export function may(standings: Iterable<Standing>, action: Action): boolean {
  const allowed: readonly Standing[] = ACTIONS[action];
  for (const standing of standings) if (allowed.includes(standing)) return true;
  return false;
}

/** Who stands above whom; owner and admin are each other's equals. */
const RANK: Record<Standing, number> = {
  ...{ owner: 3, admin: 3, host: 2, moderator: 1 },
  ...{ guest: 0, subscriber: 0, viewer: 0 },
};

/** true when somebody stands above somebody else: only then may they mute, ban or dismiss them. */
export function standsAbove(actor: Iterable<Standing>, other: Iterable<Standing>): boolean {
  const highest = (standings: Iterable<Standing>) => Math.max(0, ...[...standings].map((one) => RANK[one]));
  return highest(actor) > highest(other);
}
