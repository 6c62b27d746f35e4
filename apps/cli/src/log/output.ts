import type { Log, LogFields } from "@sameroom/base";
import type { Paint } from "./paint.ts";
import { prettyLine } from "./pretty.ts";

/** Where everything the operator sees is written. */
export interface Output {
  /** A line a program wrote on its standard output or error. */
  fromChild(source: string, line: string): void;
  /** The supervisor's own log. */
  readonly log: Log;
  /** Text for people (tables, addresses); left out in `json`, where only log collectors read. */
  text(text: string): void;
}

/** What {@link createOutput} writes with. */
export interface OutputOptions {
  readonly format: "pretty" | "json";
  readonly paint: Paint;
  /** Writes one line; default: standard output. */
  readonly write?: (line: string) => void;
}

/** `pretty` turns pino's JSON into one line for people; `json` passes it on and wraps what is not JSON. */
export function createOutput(options: OutputOptions): Output {
  const { format, paint, write = (line) => process.stdout.write(`${line}\n`) } = options;
  const show = (source: string, line: string) =>
    write(format === "pretty" ? prettyLine(source, line, paint) : asJson(source, line));
  const own =
    (level: number) =>
    (message: string, fields: LogFields = {}) =>
      show(
        "sameroom",
        JSON.stringify({ level, time: Date.now(), name: "sameroom", ...fields, msg: message }),
      );
  return {
    fromChild: (source, line) => {
      if (line !== "") show(source, line);
    },
    log: { debug: () => {}, info: own(30), warn: own(40), error: own(50) },
    text: (text) => {
      if (format === "pretty") write(text);
    },
  };
}

function asJson(source: string, line: string): string {
  if (line.startsWith("{") && line.endsWith("}")) return line;
  return JSON.stringify({ level: 50, time: Date.now(), name: source, msg: line });
}
