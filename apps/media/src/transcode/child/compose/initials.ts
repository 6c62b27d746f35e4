import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Letters of a name, and the file of a font that has them. */
export interface Initials {
  text: string;
  fontFile: string;
}

const FAMILY = "@fontsource/jetbrains-mono";
const fileOf = (subset: string) => `${FAMILY}/files/jetbrains-mono-${subset}-600-normal.woff`;

interface Subset {
  name: string;
  ranges: [from: number, to: number][];
}

let known: Subset[] | undefined;

/** First letters of the first and the last word of a name; undefined when no font here has even the first. */
export function initialsOf(name: string): Initials | undefined {
  const words = name.trim().split(/\s+/);
  const letters = [words[0] ?? "", words.length > 1 ? words.at(-1)! : ""]
    .map((word) => ([...word][0] ?? "").toLocaleUpperCase())
    .filter((letter) => /^[\p{L}\p{N}]$/u.test(letter));
  const [first] = letters;
  if (first === undefined) return undefined;
  const has = ({ ranges }: Subset, letter: string) =>
    ranges.some(([from, to]) => letter.codePointAt(0)! >= from && letter.codePointAt(0)! <= to);
  known ??= readSubsets();
  const subset = known.find((one) => has(one, first));
  if (subset === undefined) return undefined;
  const text = letters.filter((letter) => has(subset, letter)).join("");
  return { text, fontFile: resolve(subset.name) };
}

function readSubsets(): Subset[] {
  const path = join(dirname(resolve("latin")), "..", "unicode.json");
  const subsets = JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
  return Object.entries(subsets).map(([name, ranges]) => ({
    name,
    ranges: ranges.split(",").map((range): [number, number] => {
      const [from, to = from] = range.replace("U+", "").split("-");
      return [Number.parseInt(from!, 16), Number.parseInt(to!, 16)];
    }),
  }));
}

function resolve(subset: string): string {
  return createRequire(import.meta.url).resolve(fileOf(subset));
}
