/** Optional parts of a {@link SameroomError}. */
export interface SameroomErrorOptions {
  /** Facts for the log or the problem document; JSON values only, no secrets. */
  details?: Readonly<Record<string, unknown>>;
  /** What went wrong underneath. */
  cause?: unknown;
}

/** Base of every error we throw on purpose. `code` is dotted and stable (`wire.too_many_peers`); `message` is for people. */
export class SameroomError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: Code, message: string, options: SameroomErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** Whatever was thrown, as an `Error`. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error(typeof thrown === "string" ? thrown : `thrown: ${describe(thrown)}`, { cause: thrown });
}

function describe(value: unknown): string {
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
