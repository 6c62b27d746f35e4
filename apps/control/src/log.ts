import type { Log } from "@sameroom/base";
import { DrizzleQueryError } from "drizzle-orm";
import { type DestinationStream, type Logger, pino, stdSerializers } from "pino";
import pretty from "pino-pretty";

export interface LoggerOptions {
  level: string;
  format: "pretty" | "json";
  /** Where lines go; default standard output. */
  destination?: DestinationStream;
}

/** The process's logger. Secrets that could get into a line are cut out here as well as left out where it is written. */
export function createLogger(options: LoggerOptions): Logger {
  const destination =
    options.destination ?? (options.format === "pretty" ? pretty({ sync: true }) : pino.destination(1));
  return pino(
    {
      level: options.level,
      base: { app: "control" },
      redact: {
        paths: ["authorization", "cookie", "password", "secret", "token", "key", "streamKey"].flatMap(
          (name) => [name, `*.${name}`, `*.*.${name}`],
        ),
        censor: "[hidden]",
      },
      serializers: { err: serializeError, error: serializeError },
    },
    destination,
  );
}

/** The structured log that features write to. */
export function featureLog(logger: Logger): Log {
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  };
}

/** A failed query's own message quotes its parameters, password hashes among them: log only what caused it. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (!(error instanceof DrizzleQueryError)) return stdSerializers.err(error);
  const cause = error.cause as (Error & { code?: string }) | undefined;
  return { type: "DrizzleQueryError", message: cause?.message ?? "query failed", code: cause?.code };
}
