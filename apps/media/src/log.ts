import type { Log, LogFields } from "@sameroom/base";
import { pino } from "pino";

/** JSON lines on stdout; the supervisor makes them pretty. Fields never hold tokens, keys or SDP. */
export function createLog(level: string, worker: string): Log {
  const logger = pino({ level, base: { process: "media", worker } });
  const write = (at: "debug" | "info" | "warn" | "error") => (message: string, fields?: LogFields) =>
    logger[at](fields ?? {}, message);
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}
