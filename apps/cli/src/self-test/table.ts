import type { Paint } from "../log/paint.ts";
import type { CheckResult } from "./result.ts";

const words = { ok: "ok", warn: "look", fail: "FAULT" } as const;

/** The results as a table in words, one line a check, the remedy under what needs one. */
export function resultTable(results: readonly CheckResult[], paint: Paint): string {
  const width = Math.max(...results.map((result) => result.name.length));
  return results
    .flatMap((result) => {
      const colour = { ok: paint.green, warn: paint.yellow, fail: paint.red }[result.state];
      const line = `  ${colour(words[result.state].padEnd(5))}  ${result.name.padEnd(width)}  ${result.found}`;
      return result.remedy === undefined
        ? [line]
        : [line, `${" ".repeat(11 + width)}${paint.bold(`-> ${result.remedy}`)}`];
    })
    .join("\n");
}
