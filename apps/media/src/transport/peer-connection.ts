import { randomBytes, randomInt } from "node:crypto";
import type { PeerId, Wire } from "@sameroom/native";
import { type DtlsFingerprint, type IceCredentials, IceLiteAgent } from "@sameroom/protocol";
import type { IceEndpoint, IceRouter } from "./ice-router.ts";

export type ConnectionState = "new" | "connected" | "failed" | "closed";

export interface LocalIce {
  ufrag: string;
  password: string;
}

export interface PeerConnectionOptions {
  wire: Wire;
  router: IceRouter;
  nowMs: () => number;
  /** From the peer's offer. */
  remoteIce: IceCredentials;
  remoteFingerprint: DtlsFingerprint;
  /** Ours, as answered. */
  dtlsRole: "server" | "client";
  /** CNAME of what we send. */
  cname: string;
  local: LocalIce;
}

/** Consent to send expires after this silence (RFC 7675 section 5.1), ms. */
const CONSENT_MS = 30_000;

/** Fresh ICE credentials: 48 and 144 random bits (RFC 8445 section 5.3). */
export function createLocalIce(): LocalIce {
  return { ufrag: iceText(8), password: iceText(24) };
}

/** A random SSRC; 0 is avoided because some receivers take it for "none". */
export function createSsrc(): number {
  return randomInt(1, 0x1_0000_0000);
}

/** One ICE + DTLS transport with a peer: credentials, validated addresses, the peer on the wire. Owns all of them. */
export class PeerConnection implements IceEndpoint {
  readonly agent: IceLiteAgent;
  readonly peer: PeerId;
  readonly #options: PeerConnectionOptions;
  readonly #allowed = new Set<string>();
  readonly #ufrags = new Set<string>();
  #selected: string | undefined;
  #state: ConnectionState = "new";
  #etag = createEtag();
  #heardAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: PeerConnectionOptions) {
    this.#options = options;
    const { wire, router, local, remoteIce, remoteFingerprint, dtlsRole, cname } = options;
    this.agent = new IceLiteAgent({
      localUfrag: local.ufrag,
      localPassword: local.password,
      remoteUfrag: remoteIce.ufrag,
      consentTimeoutMs: CONSENT_MS,
    });
    this.peer = wire.addPeer({ remoteFingerprint, cname, dtlsRole });
    this.#ufrags.add(local.ufrag);
    router.add(local.ufrag, this);
  }

  /** Where packets for the peer go; undefined until ICE has nominated an address. */
  get selectedAddress(): string | undefined {
    return this.#selected;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Names the current ICE generation (RFC 9725 section 4.3.1). */
  get etag(): string {
    return this.#etag;
  }

  addressValidated(from: string, nominated: boolean): void {
    if (this.#state === "closed") return;
    // The wire forgets the far end of a connection that ended; the next one may come from the same port.
    const isConnection = from.startsWith("tcp:");
    if (isConnection || !this.#allowed.has(from)) {
      // The wire keeps eight addresses; forgetting ours together costs at most a repeated call.
      if (this.#allowed.size >= 8) this.#allowed.clear();
      this.#allowed.add(from);
      this.#options.wire.allowAddress(this.peer, from);
    }
    if (nominated && (isConnection || this.#selected !== from)) {
      this.#selected = from;
      this.#options.wire.selectAddress(this.peer, from);
    }
  }

  credentialsReplaced(): void {
    const current = this.agent.localUfrags[0];
    for (const ufrag of this.#ufrags) {
      if (ufrag === current) continue;
      this.#ufrags.delete(ufrag);
      this.#options.router.remove(ufrag);
    }
  }

  /** ICE restart asked for by the peer: the credentials to answer with. */
  restart(remote: IceCredentials): LocalIce {
    const local = createLocalIce();
    this.agent.restart({ localUfrag: local.ufrag, localPassword: local.password, remoteUfrag: remote.ufrag });
    this.#ufrags.add(local.ufrag);
    this.#options.router.add(local.ufrag, this);
    for (const ufrag of this.#ufrags) {
      if (this.agent.localUfrags.includes(ufrag)) continue;
      this.#ufrags.delete(ufrag);
      this.#options.router.remove(ufrag);
    }
    this.#selected = undefined;
    this.#etag = createEtag();
    return local;
  }

  dtlsConnected(): void {
    if (this.#state === "new") this.#state = "connected";
  }

  /** Something authentic came from the peer: as good as a consent check, which some encoders never send. */
  heard(nowMs: number): void {
    this.#heardAtMs = nowMs;
  }

  /** true when the peer has not been heard of for the consent time (RFC 7675), or DTLS has failed. */
  isLost(): boolean {
    if (this.#state === "failed") return true;
    const nowMs = this.#options.nowMs();
    return this.agent.state(nowMs) === "failed" && nowMs - this.#heardAtMs >= CONSENT_MS;
  }

  dtlsFailed(): void {
    if (this.#state !== "closed") this.#state = "failed";
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    for (const ufrag of this.#ufrags) this.#options.router.remove(ufrag);
    this.#options.wire.closePeer(this.peer);
  }
}

/** `length` characters of base64 without its padding, all of them `ice-char`s. */
function iceText(length: number): string {
  return randomBytes((length * 3) / 4).toString("base64");
}

function createEtag(): string {
  return `"${randomBytes(9).toString("base64url")}"`;
}
