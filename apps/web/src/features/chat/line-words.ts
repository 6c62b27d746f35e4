import type { Battle, ChatMode, RoomEvent } from "@sameroom/contract";
import { formatViewers } from "../../ui/format/numbers.ts";
import { formatDuration } from "../../ui/format/time.ts";

/** What a line says that is no message of somebody; null for those. */
export function noteWords({ body, actor, atUnixMs }: RoomEvent): string | null {
  const by = actor?.name ?? "Sameroom";
  switch (body.type) {
    case "state":
      switch (body.state) {
        case "live":
          return "The show is on";
        case "interrupted":
          return "The host lost the connection";
        case "ended":
          return body.reason === "moderator" ? "The show was ended by a moderator" : "The show has ended";
        default:
          return "The show has not started";
      }
    case "chat-mode":
      return `${by}: ${modeWords(body.mode)}`;
    case "message-pinned":
      return `${by} pinned a message`;
    case "host-notice":
      return body.notice.kind === "title" ? `New title: ${body.notice.title}` : null;
    case "moderation":
      return moderationWords(by, body, atUnixMs);
    case "raid":
      if (body.phase === "cancelled") return "The raid was called off";
      return body.phase === "gone"
        ? `The show goes on at ${body.to.host}'s: ${body.to.title}`
        : `${by} takes you along to ${body.to.host}: ${body.to.title}`;
    case "raided":
      return `${by} comes with ${formatViewers(body.viewers)} from ${body.from.title}`;
    case "veil":
      return veilWords(body.veil);
    case "battle":
      return battleWords(body.battle);
    default:
      return null;
  }
}

function veilWords(veil: "blur" | "pause" | null): string {
  if (veil === null) return "A moderator has looked: the picture is back";
  return veil === "blur"
    ? "The picture is blurred until a moderator has looked"
    : "The show is paused until a moderator has looked";
}

/** How the chat may be used, in one sentence. */
export function modeWords(mode: ChatMode): string {
  const rules = [
    WHO[mode.who],
    mode.emojiOnly ? "emoji only" : "",
    mode.slowS > 0 ? `one message every ${formatDuration(mode.slowS * 1_000)}` : "",
  ].filter(Boolean);
  if (rules.length === 0) return "everybody can write";
  return rules.join(", ");
}

const WHO: Record<ChatMode["who"], string> = {
  everybody: "",
  accounts: "only people with an account can write",
  followers: "only followers can write",
  subscribers: "only subscribers can write",
  nobody: "only the host and moderators can write",
};

function battleWords({ phase, sides, outcome, round }: Battle): string | null {
  const [one, other] = sides.map(({ name }) => name);
  if (phase === "starting") return `${round > 1 ? `Round ${round}: ` : ""}${one} against ${other}`;
  // Of points the result has told before.
  if (outcome === null || (phase === "over" && outcome.by === "points")) return null;
  const { winner } = outcome;
  // As one says it: the winner's points first.
  const coins = (winner === 1 ? [...sides].reverse() : sides).map((side) => side.coins.toLocaleString("en"));
  const score = coins.join(" to ");
  if (winner === null) return `The battle is a draw: ${score}`;
  const { name } = sides[winner];
  return outcome.by === "forfeit"
    ? `${name} wins: the other side is gone`
    : `${name} wins the battle, ${score}`;
}

type Moderation = Extract<RoomEvent["body"], { type: "moderation" }>;
function moderationWords(
  by: string,
  { action, name, untilUnixMs, reason }: Moderation,
  atUnixMs: number,
): string {
  const why = reason ? `: ${reason}` : "";
  const long = untilUnixMs === null ? "" : ` for ${formatDuration(untilUnixMs - atUnixMs)}`;
  switch (action) {
    case "mute":
      return `${by} muted ${name}${long}${why}`;
    case "unmute":
      return `${by} let ${name} write again`;
    case "ban":
      return `${by} banned ${name}${long}${why}`;
    case "unban":
      return `${by} let ${name} in again`;
    case "appoint":
      return `${by} made ${name} a moderator`;
    case "dismiss":
      return `${name} is not a moderator any more`;
    case "flag":
      return `Held for a look: ${name}${why}`;
  }
}
