import type { Paint } from "./paint.ts";

/** Fields of a pino line that are shown elsewhere or tell nothing on one machine. */
const shownElsewhere = new Set(["level", "time", "msg", "pid", "hostname", "name", "v", "app", "process"]);

/**
 * One log line for people: `12:04:31.250 media  info   message key=value`. `line` is what a child wrote: pino's JSON,
 * or any text (a crash of Node itself), which is shown as it is. Control characters are made visible, so a log line
 * cannot move the operator's cursor.
 */
export function prettyLine(source: string, line: string, paint: Paint): string {
  const fields = parse(line);
  const label = paint.cyan(source.padEnd(8));
  if (fields === undefined) return `${label} ${visible(line)}`;
  const time = paint.dim(clockTime(fields.time));
  const level = levelWord(fields.level, paint);
  const message = typeof fields.msg === "string" ? visible(fields.msg) : "";
  const rest = Object.entries(fields)
    .filter(([name]) => !shownElsewhere.has(name) && !(name === "worker" && source === "media"))
    .map(([name, value]) => `${name}=${visible(inWords(value))}`)
    .join(" ");
  return `${time} ${label} ${level} ${message}${rest === "" ? "" : ` ${paint.dim(rest)}`}`;
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function clockTime(time: unknown): string {
  const date = typeof time === "number" || typeof time === "string" ? new Date(time) : new Date();
  const valid = Number.isNaN(date.getTime()) ? new Date() : date;
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(valid.getHours())}:${two(valid.getMinutes())}:${two(valid.getSeconds())}.${String(valid.getMilliseconds()).padStart(3, "0")}`;
}

/** pino's numeric levels. */
function levelWord(level: unknown, paint: Paint): string {
  const number = typeof level === "number" ? level : 30;
  if (number >= 50) return paint.red("error");
  if (number >= 40) return paint.yellow("warn ");
  if (number >= 30) return paint.green("info ");
  return paint.dim("debug");
}

/** An error as its message (and stack), anything else short. */
function inWords(value: unknown): string {
  if (typeof value === "string") return /[\s"=]/.test(value) ? JSON.stringify(value) : value;
  if (typeof value === "object" && value !== null && "stack" in value) return String(value.stack);
  return JSON.stringify(value) ?? "undefined";
}

function visible(text: string): string {
  let shown = "";
  for (const character of text) shown += isControl(character) ? escaped(character) : character;
  return shown;
}

/** C0 and C1 control characters but tab and line feed, which a stack trace needs. */
function isControl(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (code < 0x20 && code !== 0x09 && code !== 0x0a) || (code >= 0x7f && code <= 0x9f);
}

function escaped(character: string): string {
  return `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}`;
}
