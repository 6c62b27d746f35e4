import { useEffect, useState } from "react";
import { searchEmoji } from "../emoji/emoji-search.ts";
import type { Emoji } from "../emoji/emoji-table.ts";
import { loadEmoji } from "../emoji/load-emoji.ts";
import { type CompletionQuery, matchingNames } from "./completion.ts";
import type { Completion } from "./completion-list.tsx";

const EMOJI_MOST = 6;

/** What could be meant by what is being typed; empty while nothing is. */
export function useCompletions(query: CompletionQuery | null, names: () => Iterable<string>): Completion[] {
  const [emojis, setEmojis] = useState<readonly Emoji[]>([]);
  const wantsEmoji = query?.kind === "emoji";
  useEffect(() => {
    if (!wantsEmoji) return;
    let here = true;
    // Without them nothing is suggested, and the text is sent as it stands.
    loadEmoji().then(
      (all) => here && setEmojis(all),
      () => {},
    );
    return () => {
      here = false;
    };
  }, [wantsEmoji]);
  if (!query) return [];
  if (query.kind === "mention") {
    return matchingNames(names(), query.query).map((name) => ({
      key: name,
      kind: "mention",
      insert: `@${name}`,
      label: name,
    }));
  }
  return searchEmoji(emojis, query.query, EMOJI_MOST).map(({ emoji, codes, label }) => ({
    key: emoji,
    kind: "emoji",
    insert: emoji,
    label: codes[0] ? `:${codes[0]}:` : label,
  }));
}
