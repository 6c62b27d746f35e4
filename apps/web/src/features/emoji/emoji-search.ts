import type { Emoji } from "./emoji-table.ts";

/** Emoji for some words, the best first: a shortcode that begins so, then the label, then what it is tagged with. */
export function searchEmoji(emojis: readonly Emoji[], query: string, most: number): Emoji[] {
  const words = query
    .toLowerCase()
    .split(/[\s_:]+/)
    .filter(Boolean);
  if (words.length === 0) return [];
  const found: { emoji: Emoji; rank: number }[] = [];
  for (const emoji of emojis) {
    const rank = rankOf(emoji, words);
    if (rank < Number.POSITIVE_INFINITY) found.push({ emoji, rank });
  }
  return found
    .sort((one, other) => one.rank - other.rank)
    .slice(0, most)
    .map(({ emoji }) => emoji);
}

/** The emoji of a shortcode without its colons. */
export function emojiOfCode(emojis: readonly Emoji[], code: string): string | null {
  const wanted = code.toLowerCase();
  return emojis.find(({ codes }) => codes.includes(wanted))?.emoji ?? null;
}

const SHORTCODE = /:([a-z0-9_+-]{2,40}):/gi;

/** A text with its `:shortcodes:` as emoji; what is none stays as it is. */
export function withEmoji(text: string, emojis: readonly Emoji[]): string {
  return text.replace(SHORTCODE, (whole, code: string) => emojiOfCode(emojis, code) ?? whole);
}

/** Whether a text may have shortcodes in it. */
export function hasShortcode(text: string): boolean {
  return text.search(SHORTCODE) >= 0;
}

function rankOf({ codes, label, tags }: Emoji, words: readonly string[]): number {
  const joined = words.join("_");
  if (codes.includes(joined)) return 0;
  if (codes.some((code) => code.startsWith(joined))) return 1;
  const every = (fits: (word: string) => boolean) => words.every(fits);
  const named = label.toLowerCase().split(/[\s-]+/);
  if (every((word) => named.some((part) => part.startsWith(word)))) return 2;
  if (
    every((word) => tags.some((tag) => tag.startsWith(word)) || named.some((part) => part.startsWith(word)))
  )
    return 3;
  if (codes.some((code) => code.includes(joined))) return 4;
  return Number.POSITIVE_INFINITY;
}
