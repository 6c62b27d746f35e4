import compact from "emojibase-data/en/compact.json" with { type: "json" };
import shortcodes from "emojibase-data/en/shortcodes/emojibase.json" with { type: "json" };
import { type Emoji, emojiTable } from "./emoji-table.ts";

/** All of them: 80 KB over the wire, so only by `loadEmoji`. */
export const EMOJI: readonly Emoji[] = emojiTable(compact, shortcodes);
