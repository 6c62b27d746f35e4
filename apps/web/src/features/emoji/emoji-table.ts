/** One emoji, and the words it is found by. */
export interface Emoji {
  /** The characters. */
  emoji: string;
  /** What it shows, for a person. */
  label: string;
  /** Without colons, the shortest first. */
  codes: readonly string[];
  tags: readonly string[];
  /** Index into the groups. */
  group: number;
}

/** As emojibase-data's `compact.json` has them. */
export interface EmojiSource {
  unicode: string;
  label: string;
  hexcode: string;
  group?: number;
  order?: number;
  tags?: string[];
}

/** Groups as people look for them; skin tones and hair by themselves are none. */
export const EMOJI_GROUPS = [
  { group: 0, name: "Smileys", sign: "😀" },
  { group: 1, name: "People", sign: "👋" },
  { group: 3, name: "Animals and nature", sign: "🐻" },
  { group: 4, name: "Food and drink", sign: "🍎" },
  { group: 5, name: "Travel and places", sign: "🚗" },
  { group: 6, name: "Activities", sign: "⚽" },
  { group: 7, name: "Objects", sign: "💡" },
  { group: 8, name: "Symbols", sign: "❤️" },
  { group: 9, name: "Flags", sign: "🏁" },
] as const;

/** The emoji that can be chosen, in the order of Unicode. */
export function emojiTable(
  sources: readonly EmojiSource[],
  shortcodes: Readonly<Record<string, string | string[]>>,
): Emoji[] {
  const groups = new Set<number>(EMOJI_GROUPS.map(({ group }) => group));
  return sources
    .filter(({ group }) => group !== undefined && groups.has(group))
    .sort((one, other) => (one.order ?? 0) - (other.order ?? 0))
    .map(({ unicode, label, hexcode, group = 0, tags = [] }) => ({
      emoji: unicode,
      label,
      codes: [shortcodes[hexcode] ?? []].flat().sort((one, other) => one.length - other.length),
      tags,
      group,
    }));
}
