/** Somebody who can be mentioned. */
export interface Mentionable {
  participant: string;
  name: string;
}

/** As many as an event may have. */
const MAX_MENTIONS = 10;

/**
 * Who is mentioned by `@name` in a text; names may have spaces, the longest that fits is meant. Compared without case. Where several
 * people have one name, the first of them is meant.
 */
export function findMentions(text: string, people: Iterable<Mentionable>): string[] {
  if (!text.includes("@")) return [];
  const byName = new Map<string, string>();
  for (const { name, participant } of people)
    if (!byName.has(fold(name))) byName.set(fold(name), participant);
  const names = [...byName.keys()].sort((one, other) => other.length - one.length);
  const folded = fold(text);
  const found = new Set<string>();
  for (let at = folded.indexOf("@"); at >= 0; at = folded.indexOf("@", at + 1)) {
    // An address is no mention.
    if (at > 0 && isWord(folded[at - 1])) continue;
    const name = names.find((one) => folded.startsWith(one, at + 1) && !isWord(folded[at + 1 + one.length]));
    if (name !== undefined) found.add(byName.get(name) ?? "");
    if (found.size === MAX_MENTIONS) break;
  }
  return [...found];
}

const fold = (text: string) => text.normalize("NFC").toLowerCase();
const isWord = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}_]/u.test(character);
