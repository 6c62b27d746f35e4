/** What is being typed at the caret that can be completed. */
export interface CompletionQuery {
  kind: "mention" | "emoji";
  /** Where it begins in the text, with its `@` or `:`. */
  from: number;
  /** What follows the sign, up to the caret. */
  query: string;
}

const MENTION = /(?:^|[\s(])@([\p{L}\p{N}_.-]{0,40})$/u;
const EMOJI = /(?:^|[\s(]|\p{Extended_Pictographic}):([a-z0-9_+-]{2,30})$/iu;

/** The name or the shortcode that ends at the caret; null: there is none. */
export function completionAt(text: string, caret: number): CompletionQuery | null {
  const before = text.slice(0, caret);
  const mention = MENTION.exec(before)?.[1];
  if (mention !== undefined) return { kind: "mention", from: caret - mention.length - 1, query: mention };
  const emoji = EMOJI.exec(before)?.[1];
  if (emoji !== undefined) return { kind: "emoji", from: caret - emoji.length - 1, query: emoji };
  return null;
}

/** The text with what was chosen in place of what was typed, and where the caret is then. */
export function complete(
  text: string,
  caret: number,
  { from }: CompletionQuery,
  chosen: string,
): { text: string; caret: number } {
  const rest = text.slice(caret);
  const put = rest.startsWith(" ") ? chosen : `${chosen} `;
  return { text: text.slice(0, from) + put + rest, caret: from + put.length + (put === chosen ? 1 : 0) };
}

const SHOWN_MOST = 6;

/** Those whose name fits what was typed, beginnings first; each name once. */
export function matchingNames(names: Iterable<string>, query: string): string[] {
  const wanted = query.toLocaleLowerCase();
  const begins: string[] = [];
  const contains: string[] = [];
  const seen = new Set<string>();
  for (const name of names) {
    const plain = name.toLocaleLowerCase();
    if (seen.has(plain)) continue;
    seen.add(plain);
    if (plain.replace(/\s+/g, "").startsWith(wanted) || plain.startsWith(wanted)) begins.push(name);
    else if (plain.includes(wanted)) contains.push(name);
  }
  return [...begins, ...contains].slice(0, SHOWN_MOST);
}
