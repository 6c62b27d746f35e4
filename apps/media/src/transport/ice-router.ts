import { type IceLiteAgent, parseStun, usernameOf } from "@sameroom/protocol";

/** What the router needs of a connection; declared here, implemented by `PeerConnection`. */
export interface IceEndpoint {
  readonly agent: IceLiteAgent;
  /** The peer proved itself from this address. */
  addressValidated(from: string, nominated: boolean): void;
  /** The credentials from before the last restart are done with. */
  credentialsReplaced(): void;
}

/** Finds the ICE agent a STUN request is for, by the ufrag it names, and sends the answer back. */
export class IceRouter {
  readonly #endpoints = new Map<string, IceEndpoint>();
  readonly #send: (datagram: Uint8Array, to: string) => void;
  readonly #nowMs: () => number;
  /** Requests for nobody here, or unreadable. */
  dropped = 0;

  constructor(send: (datagram: Uint8Array, to: string) => void, nowMs: () => number) {
    this.#send = send;
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#endpoints.size;
  }

  add(ufrag: string, endpoint: IceEndpoint): void {
    this.#endpoints.set(ufrag, endpoint);
  }

  remove(ufrag: string): void {
    this.#endpoints.delete(ufrag);
  }

  handleStun(datagram: Uint8Array, from: string): void {
    const ufrag = usernameOf(datagram);
    const endpoint = ufrag === undefined ? undefined : this.#endpoints.get(ufrag);
    const message = endpoint === undefined ? undefined : parseStun(datagram);
    if (endpoint === undefined || message === undefined) {
      this.dropped += 1;
      return;
    }
    const answer = endpoint.agent.handleRequest(this.#nowMs(), message, datagram, from);
    if (answer === undefined) return;
    this.#send(answer.response, from);
    if (answer.restarted) endpoint.credentialsReplaced();
    if (answer.validated) endpoint.addressValidated(from, answer.nominated);
  }
}
