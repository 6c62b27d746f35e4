import { encodeUtf8 } from "@sameroom/base";
import { serializeStun } from "./serialize-stun.ts";
import type { StunAttributes } from "./types.ts";

export interface BindingRequestOptions {
  /** 12 random bytes. */
  transactionId: Uint8Array;
  /** The sender's ufrag. */
  localUfrag: string;
  /** The receiver's ufrag and password. */
  remoteUfrag: string;
  remotePassword: string;
  /** Default: that of a peer-reflexive candidate. */
  priority?: number;
  /** Tie-breaker of a controlling sender; default 1n when `controlled` is absent. */
  controlling?: bigint;
  /** Tie-breaker of a controlled sender. */
  controlled?: bigint;
  useCandidate?: boolean;
}

/** A connectivity check as a full ICE agent sends it (RFC 8445 section 7.2.2): for clients, benches and tests. */
export function createBindingRequest(options: BindingRequestOptions): Uint8Array {
  const attributes: StunAttributes = {
    username: `${options.remoteUfrag}:${options.localUfrag}`,
    priority: options.priority ?? 1_862_270_975,
  };
  if (options.controlled !== undefined) attributes.iceControlled = options.controlled;
  if (options.controlling !== undefined || options.controlled === undefined) {
    attributes.iceControlling = options.controlling ?? 1n;
  }
  if (options.useCandidate === true) attributes.useCandidate = true;
  return serializeStun(
    { class: "request", transactionId: options.transactionId, attributes },
    { integrityKey: encodeUtf8(options.remotePassword) },
  );
}
