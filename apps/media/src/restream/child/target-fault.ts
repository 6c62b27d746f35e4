import type { RestreamReason } from "@sameroom/contract";

const UNREACHABLE = /^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EADDRNOTAVAIL|EHOSTDOWN|ENETDOWN)$/;
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|^CRL_/;

/** Why a target is not served, in a word for programs and the network's own words. */
export class TargetFault extends Error {
  override readonly name = "TargetFault";
  readonly reason: RestreamReason;
  readonly detail: string | null;

  constructor(reason: RestreamReason, detail: string | null) {
    super(detail ?? reason);
    this.reason = reason;
    this.detail = detail;
  }

  /** Of a socket's error while it connected. */
  static ofConnecting(error: NodeJS.ErrnoException): TargetFault {
    const errors = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : [error];
    const first = errors[0] ?? error;
    const code = first.code ?? "";
    if (CERTIFICATE.test(code)) return new TargetFault("certificate", first.message);
    if (UNREACHABLE.test(code)) return new TargetFault("unreachable", code);
    return new TargetFault("failed", first.message);
  }
}
