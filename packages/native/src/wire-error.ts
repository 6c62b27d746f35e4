import { SameroomError } from "@sameroom/base";

export type WireErrorCode =
  | "wire.bind_failed"
  | "wire.bad_certificate"
  | "wire.dtls_unavailable"
  | "wire.unavailable"
  | "wire.bad_argument"
  | "wire.too_many_peers"
  | "wire.duplicate_ssrc"
  | "wire.unknown_id"
  | "wire.closed";

/** What the wire refuses. `wire.bind_failed` names address and errno in its message. */
export class WireError extends SameroomError<WireErrorCode> {}

const CODES: ReadonlySet<string> = new Set<WireErrorCode>([
  "wire.bind_failed",
  "wire.bad_certificate",
  "wire.dtls_unavailable",
  "wire.unavailable",
]);

/** Runs native code and turns its coded errors into {@link WireError}. */
export function withWireErrors<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (error instanceof Error && CODES.has(code)) {
      throw new WireError(code as WireErrorCode, error.message, { cause: error });
    }
    throw error;
  }
}
