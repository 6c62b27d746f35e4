import type { ChatMode, ErrorCode } from "@sameroom/contract";

/**
 * One emoji as people see it (UTS #51, ED-17): flags; keycaps; and what may be joined by U+200D, each with a skin tone, a picture
 * selector or tags.
 */
const ELEMENT = "(?![\\p{RI}\\p{EMod}])[\\p{Emoji_Presentation}\\p{Extended_Pictographic}]";
// A skin tone begins nothing: with two ways to read one text, a hostile one would take for ever.
const MODIFIED = `${ELEMENT}(?:\\p{Emoji_Modifier}|\\uFE0F)?(?:[\\u{E0020}-\\u{E007E}]+\\u{E007F})?`;
const EMOJI = `\\p{RI}\\p{RI}|[0-9#*]\\uFE0F?\\u20E3|${MODIFIED}(?:\\u200D${MODIFIED})*`;
const ONLY_EMOJI = new RegExp(`^(?:${EMOJI}|\\s)+$`, "u");

/** true when nothing but emoji is in the text. */
export function isOnlyEmoji(text: string): boolean {
  return ONLY_EMOJI.test(text);
}

export interface Writer {
  /** Null: a guest. */
  account: string | null;
  follows: () => Promise<boolean>;
  subscribes: () => Promise<boolean>;
}

/** What of the chat's mode keeps this person from saying it, but for slow mode; null: nothing. */
export async function whyNot(mode: ChatMode, text: string, writer: Writer): Promise<ErrorCode | null> {
  if (mode.emojiOnly && !isOnlyEmoji(text)) return "chat.emoji_only";
  switch (mode.who) {
    case "everybody":
      return null;
    case "nobody":
      return "chat.closed";
    case "accounts":
      return writer.account === null ? "chat.accounts_only" : null;
    case "followers":
      return writer.account !== null && (await writer.follows()) ? null : "chat.followers_only";
    case "subscribers":
      return writer.account !== null && (await writer.subscribes()) ? null : "chat.subscribers_only";
  }
}

const EXCERPT_LENGTH = 100;

/** Enough of a message to know it again, on one line. */
export function excerptOf(text: string): string {
  const line = text.replace(/\s+/g, " ");
  const characters = [...line];
  return characters.length <= EXCERPT_LENGTH ? line : `${characters.slice(0, EXCERPT_LENGTH - 1).join("")}…`;
}
