/** Structured fields of a log line. Never secrets, never media. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where log lines go; the app plugs in its logger. Never throws. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const ignore = (): void => {};

/** Drops everything. */
export const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** The same log with `fields` on each line; a line's own fields win. */
export function logWith(log: Log, fields: LogFields): Log {
  return {
    debug: (message, more) => log.debug(message, { ...fields, ...more }),
    info: (message, more) => log.info(message, { ...fields, ...more }),
    warn: (message, more) => log.warn(message, { ...fields, ...more }),
    error: (message, more) => log.error(message, { ...fields, ...more }),
  };
}
