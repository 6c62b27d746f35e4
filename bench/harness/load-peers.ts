import { type Load, type LoadClientId, type LoadOptions, openLoad } from "@sameroom/native/load";
import { answerCheck, Checks, type Credentials, isSuccess } from "./ice.ts";
import { EXTENSIONS, readTransport, writeLiteAnswer } from "./load-sdp.ts";
import { until } from "./until.ts";

/** Consent checks of a viewer (RFC 7675 section 5.1 asks for 4 to 6 s). */
const CONSENT_MS = 5000;
const CHECK_RETRY_MS = 500;

interface Peer {
  id: LoadClientId;
  localAddress: string;
  /** Where the other side is. */
  address: string;
  local: Credentials;
  checks: Checks | undefined;
  validated: boolean;
  connected: boolean;
  failed: string | undefined;
}

/** What receivers have counted together. */
export interface Received {
  packets: number;
  bytes: number;
  authenticationFailures: number;
}

export interface LoadPeersOptions extends LoadOptions {
  /** Peers report on what they receive, as browsers do; default false. */
  feedback?: boolean;
  /** Receivers decrypt what comes; default false, they only count. */
  decrypt?: boolean;
}

/** ICE and DTLS for many clients of one load thread: receivers that only count, or a publisher. */
export class LoadPeers {
  readonly load: Load;
  readonly #peers = new Map<LoadClientId, Peer>();
  readonly #decrypt: boolean;
  readonly #timer: NodeJS.Timeout;
  readonly #feedback: boolean;
  #consentTurn = 0;
  #profile: string | null = null;

  constructor({ feedback = false, decrypt = false, ...options }: LoadPeersOptions = {}) {
    this.#feedback = feedback;
    this.#decrypt = decrypt;
    this.load = openLoad({
      ...options,
      onDatagram: (id, datagram) => this.#handleStun(id, datagram),
      onDtls: ({ peer, ...state }) => {
        const known = this.#peers.get(peer);
        if (known === undefined) return;
        if (state.state === "connected") {
          known.connected = true;
          this.#profile = state.profile;
        } else known.failed = state.state === "failed" ? state.reason : state.state;
      },
    });
    this.#timer = setInterval(() => this.#renewConsent(), CONSENT_MS / 10);
  }

  /** SRTP profile of the last handshake. */
  get profile(): string | null {
    return this.#profile;
  }

  get ids(): LoadClientId[] {
    return [...this.#peers.keys()];
  }

  /** A client for the lite agent that `answer` describes; checks it, does not start DTLS. Resolves when validated. */
  async check(answer: string, local: Credentials): Promise<LoadClientId> {
    const { credentials, fingerprint, address } = readTransport(answer);
    const peer = this.#add(address, fingerprint, local, new Checks(local, credentials));
    let tries = 0;
    let sentAtMs = Number.NEGATIVE_INFINITY;
    await until("an ICE check succeeds", () => {
      const nowMs = performance.now();
      if (!peer.validated && nowMs - sentAtMs > CHECK_RETRY_MS && tries++ < 40) {
        sentAtMs = nowMs;
        this.load.sendDatagram(peer.id, peer.checks!.request());
      }
      return peer.validated;
    });
    return peer.id;
  }

  /** A client for the full agent that `offer` describes, and the answer to it. DTLS starts with the agent's first check. */
  answer(offer: string, local: Credentials): { id: LoadClientId; answer: string } {
    const { fingerprint, address } = readTransport(offer);
    const peer = this.#add(address, fingerprint, local, undefined);
    const { fingerprint: ours } = this.load;
    return {
      id: peer.id,
      answer: writeLiteAnswer(offer, { local, fingerprint: ours, address: peer.localAddress }),
    };
  }

  /** Starts the DTLS handshakes and resolves when all are done; rejects when one fails. */
  async connect(ids: readonly LoadClientId[]): Promise<void> {
    for (const id of ids) this.load.connect(id);
    await this.connected(ids);
  }

  async connected(ids: readonly LoadClientId[]): Promise<void> {
    const waiting = new Set(ids);
    await until(
      "the DTLS handshakes are done",
      () => {
        for (const id of waiting) {
          const peer = this.#peers.get(id);
          if (peer?.failed !== undefined) throw new Error(`DTLS failed: ${peer.failed}`);
          if (peer?.connected === true) waiting.delete(id);
        }
        return waiting.size === 0;
      },
      60_000,
    );
  }

  received(): Received {
    const sum: Received = { packets: 0, bytes: 0, authenticationFailures: 0 };
    for (const id of this.#peers.keys()) {
      const { packets, bytes, authenticationFailures } = this.load.stats(id);
      sum.packets += packets;
      sum.bytes += bytes;
      sum.authenticationFailures += authenticationFailures;
    }
    return sum;
  }

  close(): void {
    clearInterval(this.#timer);
    this.load.close();
  }

  #add(address: string, fingerprint: string, local: Credentials, checks: Checks | undefined): Peer {
    const { id, localAddress } = this.load.addClient({
      remoteAddress: address,
      remoteFingerprint: fingerprint,
      // Decrypting is the viewers' business, and on their machines.
      decrypt: this.#decrypt,
      ...(this.#feedback ? { feedback: { transportCc: EXTENSIONS.transportCc } } : {}),
    });
    const peer = {
      id,
      localAddress,
      address,
      local,
      checks,
      validated: false,
      connected: false,
      failed: undefined,
    };
    this.#peers.set(id, peer);
    return peer;
  }

  #handleStun(id: LoadClientId, datagram: Uint8Array): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) return;
    if (peer.checks !== undefined) {
      peer.validated ||= isSuccess(datagram);
      return;
    }
    const response = answerCheck(datagram, peer.address, peer.local);
    if (response === undefined) return;
    this.load.sendDatagram(id, response);
    if (peer.validated) return;
    peer.validated = true;
    this.load.connect(id);
  }

  /** A tenth of the peers at a time. */
  #renewConsent(): void {
    this.#consentTurn = (this.#consentTurn + 1) % 10;
    for (const { id, checks, connected } of this.#peers.values()) {
      if (connected && checks !== undefined && id % 10 === this.#consentTurn) {
        this.load.sendDatagram(id, checks.request());
      }
    }
  }
}
