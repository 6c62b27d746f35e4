import type { Readable } from "node:stream";

/** A line longer than this is cut: a child gone wrong must not fill our memory. */
const LONGEST = 64 * 1024;

/** Calls `onLine` for each line of `stream`, also for a last one without an end. */
export function onLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = (lines.pop() ?? "").slice(0, LONGEST);
    for (const line of lines) onLine(line);
  });
  stream.on("end", () => {
    if (rest !== "") onLine(rest);
    rest = "";
  });
}
