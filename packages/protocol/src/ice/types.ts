export type StunClass = "request" | "indication" | "success" | "error";

/** Attributes we read and write; absent means not in the message. Addresses are `"1.2.3.4:5"` or `"[v6]:5"`. */
export interface StunAttributes {
  username?: string;
  /** ICE PRIORITY, uint32. */
  priority?: number;
  useCandidate?: boolean;
  /** Tie-breaker, uint64. */
  iceControlled?: bigint;
  iceControlling?: bigint;
  xorMappedAddress?: string;
  mappedAddress?: string;
  errorCode?: { code: number; reason: string };
  unknownAttributes?: number[];
  software?: string;
  realm?: string;
  nonce?: string;
}

export interface StunMessage {
  class: StunClass;
  /** 1 is Binding. */
  method: number;
  /** 12 bytes. */
  transactionId: Uint8Array;
  attributes: StunAttributes;
  /** Comprehension-required attribute types (below 0x8000) we do not know (RFC 8489 section 6.3.1). */
  unknownRequired: number[];
  /** Offset of the MESSAGE-INTEGRITY attribute in the datagram, or -1. Attributes after it are ignored, as is due. */
  integrityOffset: number;
  /** True when a FINGERPRINT is there and right; a wrong one makes the message unparsable. */
  fingerprint: boolean;
}

/** Where an ICE session stands, from the last valid check of the peer (RFC 7675 consent seen from a lite agent). */
export type IceState = "new" | "checking" | "connected" | "disconnected" | "failed";

export interface IceLiteAgentOptions {
  /** Ours; checks carry `localUfrag:remoteUfrag` and are signed with `localPassword`. */
  localUfrag: string;
  localPassword: string;
  /** The peer's ufrag from its SDP. */
  remoteUfrag: string;
  /** Unused by a lite agent (it sends no checks); accepted so that credentials can be passed whole. */
  remotePassword?: string;
  /** `failed` after this long without a valid check, ms; default 30000. */
  consentTimeoutMs?: number;
  /** `disconnected` after this long without a valid check, ms; default 5000. */
  disconnectedAfterMs?: number;
}

/** What to do after a request: always send `response`; act on the flags. */
export interface IceAnswer {
  /** Success or error response to send back to where the request came from. */
  response: Uint8Array;
  /** The request was authentic: its source address may carry the peer's media. */
  validated: boolean;
  /** The peer nominated this address (USE-CANDIDATE): send there. */
  nominated: boolean;
  /** The request used credentials from after the last `restart`, for the first time. */
  restarted: boolean;
  /** Error code of the response, or undefined when it is a success. */
  errorCode?: number;
}
