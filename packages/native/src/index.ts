import { binding } from "./binding.ts";
import type { Wire, WireHandlers, WireOptions } from "./types.ts";
import { NativeBackedWire } from "./wire.ts";
import { withWireErrors } from "./wire-error.ts";

export * from "./types.ts";
export { WireError, type WireErrorCode } from "./wire-error.ts";

/**
 * Binds the sockets and starts the I/O thread. Handlers are called on this thread from the next turn of the event
 * loop on. Throws {@link WireError}: `wire.bind_failed` (names address and errno), `wire.bad_certificate`,
 * `wire.bad_argument`.
 */
export function openWire(options: WireOptions, handlers: WireHandlers): Wire {
  return new NativeBackedWire(options, handlers);
}

/** A fresh self-signed ECDSA P-256 certificate, valid for a year, for `WireOptions.certificate`. `fingerprint` is sha-256. */
export function generateCertificate(): { keyPem: string; certPem: string; fingerprint: string } {
  return withWireErrors(() => binding.generateCertificate());
}
