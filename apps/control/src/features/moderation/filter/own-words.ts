import { formsOf, plain, withoutAccents } from "./fold.ts";

/** Scripts that put no spaces between words: a word may stand anywhere. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const BEFORE = "(?<![\\p{L}\\p{N}])";
const AFTER = "(?![\\p{L}\\p{N}])";

/**
 * Finds a room's own words and phrases, whole words only; `*` at an end of one stands for any letters. Stretched letters, accents,
 * lookalikes, digits for letters, gaps and what cannot be seen hide nothing.
 */
export function compileOwnWords(words: readonly string[]): (text: string) => string | null {
  const patterns = words.flatMap((word) => patternOf(word) ?? []);
  if (patterns.length === 0) return () => null;
  const pattern = new RegExp(patterns.join("|"), "u");
  return (text) => {
    for (const form of formsOf(text)) {
      const found = pattern.exec(form)?.[0];
      if (found !== undefined) return found;
    }
    return null;
  };
}

function patternOf(word: string): string | null {
  const folded = withoutAccents(plain(word)).trim();
  const inner = folded.replace(/^\*+|\*+$/g, "").trim();
  if (inner === "") return null;
  const before = folded.startsWith("*") || UNSPACED.test(inner[0] ?? "") ? "" : BEFORE;
  const after = folded.endsWith("*") || UNSPACED.test([...inner].at(-1) ?? "") ? "" : AFTER;
  return `${before}${stretched(inner)}${after}`;
}

/** Each letter as often as it is written, or more often; any gap between words. */
function stretched(text: string): string {
  return text.replace(/(\s+)|(.)\2*/gsu, (run: string, gap: string | undefined, char: string | undefined) => {
    if (gap !== undefined || char === undefined) return "[^\\p{L}\\p{N}]+";
    const count = [...run].length;
    return `${char.replace(/[\\^$.*+?()[\]{}|]/, "\\$&")}{${count},}`;
  });
}
