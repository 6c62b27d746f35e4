/** A tag with what follows its colon, or an address. */
export type Line = { tag: string; value: string } | { uri: string };

/** Splits a playlist and notes what is wrong with it as a text (RFC 8216bis sections 4.1 and 4.4.1). Never throws. */
export function readLines(text: string, faults: string[]): Line[] {
  const lines = text.split(/\r?\n/);
  if (lines[0] !== "#EXTM3U") faults.push("4.4.1.1: the first line is not #EXTM3U");
  if (lines.at(-1) !== "") faults.push("4.1: the last line does not end");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
  if (/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\ufeff]/.test(text))
    faults.push("4.1: control characters or a byte order mark");
  const read: Line[] = [];
  for (const line of lines.slice(1)) {
    if (line === "") continue;
    if (!line.startsWith("#")) {
      if (/\s/.test(line)) faults.push(`4.1: white space in the address ${line}`);
      read.push({ uri: line });
    } else if (line.startsWith("#EXT")) {
      const colon = line.indexOf(":");
      read.push(
        colon < 0
          ? { tag: line.slice(1), value: "" }
          : { tag: line.slice(1, colon), value: line.slice(colon + 1) },
      );
    }
  }
  if (read.some((line) => "tag" in line && line.tag === "EXTM3U"))
    faults.push("4.4.1.1: #EXTM3U is not only the first line");
  return read;
}
