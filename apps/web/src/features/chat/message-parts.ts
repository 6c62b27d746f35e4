import { LinkifyIt } from "linkify-it";

/** A piece of a message as it is drawn. */
export type MessagePart =
  | { kind: "text"; text: string }
  | { kind: "link"; text: string; url: string }
  /** `you`: it calls whoever reads. */
  | { kind: "mention"; text: string; you: boolean };

/** Web addresses only: no mail, no files, no other schemes. */
const linkify = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: false, fuzzyIP: false, maxLength: 500 })
  .add("ftp:", null)
  .add("mailto:", null)
  .add("//", null);

/** Who can be meant by a mention. */
export interface Names {
  /** How whoever reads is called here. */
  you: string | null;
  /** Whether somebody here has this name; compared as {@link foldName} makes it. */
  knows: (folded: string) => boolean;
}
export const NO_NAMES: Names = { you: null, knows: () => false };

const MENTION = /(?<![\p{L}\p{N}_@])@[\p{L}\p{N}](?:[\p{L}\p{N}_.-]{0,38}[\p{L}\p{N}_])?/gu;
/** Names have spaces; so many words are looked at. */
const WORDS_MOST = 4;

/** Cuts a message into text, links and mentions. */
export function messageParts(text: string, names: Names): MessagePart[] {
  const parts: MessagePart[] = [];
  let at = 0;
  for (const match of linkify.match(text) ?? []) {
    if (!/^https?:\/\//i.test(match.url)) continue;
    parts.push(...withMentions(text.slice(at, match.index), names));
    parts.push({ kind: "link", text: match.raw, url: match.url });
    at = match.lastIndex;
  }
  parts.push(...withMentions(text.slice(at), names));
  return parts;
}

function withMentions(text: string, names: Names): MessagePart[] {
  const parts: MessagePart[] = [];
  let at = 0;
  const put = (until: number) => {
    if (until > at) parts.push({ kind: "text", text: text.slice(at, until) });
  };
  for (const { 0: word, index } of text.matchAll(MENTION)) {
    if (index < at) continue;
    put(index);
    const mention = longestName(text.slice(index), names) ?? word;
    const you = names.you !== null && foldName(mention.slice(1)) === foldName(names.you);
    parts.push({ kind: "mention", text: mention, you });
    at = index + mention.length;
  }
  put(text.length);
  return parts;
}

/** The longest name that stands here after its `@`, as the server finds it; null: nobody known. */
function longestName(text: string, { you, knows }: Names): string | null {
  const words = /^@[\p{L}\p{N}][^\s@]*(?: [^\s@]+){0,3}/u.exec(text)?.[0].split(" ") ?? [];
  for (let count = Math.min(words.length, WORDS_MOST); count > 0; count--) {
    const name = words
      .slice(0, count)
      .join(" ")
      .replace(/[^\p{L}\p{N}_]+$/u, "");
    const folded = foldName(name.slice(1));
    if (knows(folded) || (you !== null && folded === foldName(you))) return name;
  }
  return null;
}

/** Two names that are the same to people are the same here. */
export function foldName(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/** Newer than the language level this is compiled for, not than the browsers it is for. */
const SETS = "v";
const ONE_EMOJI = new RegExp("\\p{RGI_Emoji}", SETS);
const ONLY_EMOJI = new RegExp("^(?:\\p{RGI_Emoji}|\\s)+$", SETS);
const LARGE_MOST = 6;

/** true for a message of a few emoji and nothing else: it is drawn large. */
export function isFewEmoji(text: string): boolean {
  if (!ONLY_EMOJI.test(text)) return false;
  return [...new Intl.Segmenter("en").segment(text.replace(/\s/g, ""))].length <= LARGE_MOST;
}

/** true when a text is emoji and white space only: what an emoji-only chat takes. */
export function isOnlyEmoji(text: string): boolean {
  return ONLY_EMOJI.test(text) && ONE_EMOJI.test(text);
}
