import type { Log, LogFields } from "@sameroom/base";
import { pino } from "pino";
import pretty from "pino-pretty";

export interface LogOptions {
  /** pino's level names, and `silent`. */
  level: string;
  /** `pretty` is for people; `json` is what the supervisor reads. */
  format: "pretty" | "json";
  worker: string;
}

/** Lines on stdout. Fields never hold tokens, keys or SDP; what looks like one is cut out all the same. */
export function createLog({ level, format, worker }: LogOptions): Log {
  const logger = pino(
    {
      level,
      base: { app: "media", worker },
      redact: { paths: ["authorization", "token", "key", "secret", "password", "sdp"], censor: "[hidden]" },
    },
    format === "pretty" ? pretty({ sync: true }) : pino.destination(1),
  );
  const write = (at: "debug" | "info" | "warn" | "error") => (message: string, fields?: LogFields) =>
    logger[at](fields ?? {}, message);
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}
