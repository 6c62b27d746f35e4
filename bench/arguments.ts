/** A command line, read. */
export interface Arguments {
  name: string | undefined;
  /** Where the JSON goes. */
  jsonFile: string | undefined;
  flags: Record<string, string>;
}

/** Reads `<name> [--json FILE] [--flag VALUE]...`; throws with words for whoever typed it. */
export function readArguments(words: readonly string[]): Arguments {
  const flags: Record<string, string> = {};
  let name: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (!word.startsWith("--")) {
      if (name !== undefined) throw new Error(`One benchmark at a time: ${name} or ${word}?`);
      name = word;
      continue;
    }
    const [, flag = "", inline] = /^--([^=]+)(?:=(.*))?$/.exec(word) ?? [];
    const value = inline ?? words[++at];
    if (flag === "" || value === undefined) throw new Error(`${word} needs a value`);
    flags[flag] = value;
  }
  const { json: jsonFile, ...rest } = flags;
  return { name, jsonFile, flags: rest };
}
