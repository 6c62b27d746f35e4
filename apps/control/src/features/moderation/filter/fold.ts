/** What people cannot see: zero width, bidirectional marks, soft hyphens, fillers, variation selectors, tags. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Letters that look like Latin ones (Unicode UTS 39, confusables: those that people use). */
const LOOKALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ["a", "аαɑᴀ∂ӓ"],
    ["b", "ьЬвʙЪɓ"],
    ["c", "сϲᴄ¢ꮯ"],
    ["d", "ԁᴅɗ"],
    ["e", "еєεᴇ℮ёɛ"],
    ["f", "ƒꜰẝϝ"],
    ["g", "ɡɢց"],
    ["h", "һнʜհ"],
    ["i", "іιɪı¡ї"],
    ["j", "јᴊ"],
    ["k", "кκᴋк"],
    ["l", "ӏʟⅼⵏ"],
    ["m", "мᴍ"],
    ["n", "ոпɴη"],
    ["o", "оοσᴏօө"],
    ["p", "рρᴘ"],
    ["q", "ԛգ"],
    ["r", "гʀᴦ"],
    ["s", "ѕꜱʂ"],
    ["t", "тτᴛ"],
    ["u", "սυʋᴜц"],
    ["v", "ѵνᴠ"],
    ["w", "ѡωᴡԝ"],
    ["x", "хχ×"],
    ["y", "уγʏү"],
    ["z", "ᴢʐ"],
  ].flatMap(([latin = "", others = ""]) => [...others].map((other) => [other, latin])),
);

const LEET: Readonly<Record<string, string>> = {
  ...{ "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g" },
  ...{ "@": "a", $: "s", "!": "i", "|": "i", "+": "t", "€": "e", "£": "l" },
};

/** Small letters in one form, without what cannot be seen. */
export function plain(text: string): string {
  return text.normalize("NFKC").replace(INVISIBLE, "").toLowerCase();
}

/** Letters without accents and strokes; scripts in which marks are letters keep them. */
export function withoutAccents(text: string): string {
  return text
    .normalize("NFD")
    .replace(/(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu, "")
    .normalize("NFC");
}

/** Latin letters for their lookalikes, in words that are Latin otherwise: words of other scripts stay what they are. */
export function withoutLookalikes(text: string): string {
  return text.replace(/[^\s]+/gu, (word) =>
    /\p{Script=Latin}/u.test(word) || [...word].every((char) => char in LOOKALIKES || !/\p{L}/u.test(char))
      ? [...word].map((char) => LOOKALIKES[char] ?? char).join("")
      : word,
  );
}

/** Letters for digits and signs, in words that have both. */
export function withoutLeet(text: string): string {
  return text.replace(/[^\s]+/gu, (word) => {
    if (!/\p{L}/u.test(word) || !/[0-9@$!|+€£]/.test(word)) return word;
    // What ends a sentence is no letter.
    const end = /[!+]+$/.exec(word)?.[0] ?? "";
    return [...word.slice(0, word.length - end.length)].map((char) => LEET[char] ?? char).join("") + end;
  });
}

/** Single letters with anything between them, written as the words they are: `f u c k`, `f.u.c.k`, `f-u-c-k`. */
export function withoutGaps(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}])\p{L}(?:[^\p{L}\p{N}]{1,3}\p{L}(?![\p{L}\p{N}])){2,}/gu, (run) =>
    run.replace(/[^\p{L}]/gu, ""),
  );
}

/** A text in every form in which a word may hide; the first is the text as people read it. */
export function formsOf(text: string): string[] {
  const read = plain(text);
  const folded = withoutAccents(withoutLookalikes(read));
  const letters = withoutLeet(folded);
  return [...new Set([read, folded, letters, withoutGaps(letters)])];
}
