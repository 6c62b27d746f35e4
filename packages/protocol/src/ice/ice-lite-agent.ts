import { encodeUtf8 } from "@sameroom/base";
import { HmacSha1 } from "./hmac-sha1.ts";
import { serializeStun } from "./serialize-stun.ts";
import type { IceAnswer, IceLiteAgentOptions, IceState, StunAttributes, StunMessage } from "./types.ts";
import { verifyIntegrity } from "./verify-integrity.ts";

type Credentials = Pick<IceLiteAgentOptions, "localUfrag" | "localPassword" | "remoteUfrag">;

interface Generation extends Credentials {
  key: HmacSha1;
}

const BINDING = 1;

/**
 * The lite side of one ICE session (RFC 8445 section 2.5): answers checks, never sends any, is always controlled. Sans-IO:
 * the caller finds the agent by `usernameOf(datagram)`, sends what comes back, and asks for `state` when it cares.
 */
export class IceLiteAgent {
  readonly #consentTimeoutMs: number;
  readonly #disconnectedAfterMs: number;
  #current: Generation;
  /** Credentials from before a restart; answered until the new ones have been used (RFC 8445 section 9). */
  #previous: Generation | undefined;
  #requested = false;
  #consentAtMs: number | undefined;
  #selected: string | undefined;

  constructor(options: IceLiteAgentOptions) {
    this.#consentTimeoutMs = options.consentTimeoutMs ?? 30_000;
    this.#disconnectedAfterMs = options.disconnectedAfterMs ?? 5000;
    this.#current = generationOf(options);
  }

  /** The ufrags requests may carry now: the current one, and during a restart the one before. */
  get localUfrags(): readonly string[] {
    return this.#previous === undefined
      ? [this.#current.localUfrag]
      : [this.#current.localUfrag, this.#previous.localUfrag];
  }

  /** Address nominated last, undefined before the first nomination. */
  get selectedAddress(): string | undefined {
    return this.#selected;
  }

  /**
   * Answers a request. `message` is `datagram` parsed, `from` its source address. Returns undefined for what gets no
   * answer: anything but a Binding request.
   */
  handleRequest(
    nowMs: number,
    message: StunMessage,
    datagram: Uint8Array,
    from: string,
  ): IceAnswer | undefined {
    if (message.class !== "request" || message.method !== BINDING) return undefined;
    this.#requested = true;
    const { username, useCandidate, iceControlled } = message.attributes;
    // RFC 8489 section 9.1.3: no credentials 400, wrong ones 401; neither response is signed.
    if (message.integrityOffset < 0 || username === undefined) return refuse(message, 400, "Bad Request");
    const generation = this.#generationOf(username);
    if (generation === undefined || !verifyIntegrity(datagram, message, generation.key)) {
      return refuse(message, 401, "Unauthenticated");
    }
    if (message.unknownRequired.length > 0) {
      const unknown = { unknownAttributes: message.unknownRequired.slice(0, 32) };
      return refuse(message, 420, "Unknown Attribute", { key: generation.key, attributes: unknown });
    }
    // We never leave the controlled role, so a peer that claims it too must switch (RFC 8445 section 7.3.1.1).
    if (iceControlled !== undefined) return refuse(message, 487, "Role Conflict", { key: generation.key });

    const restarted = this.#accept(generation);
    this.#consentAtMs = nowMs;
    const nominated = useCandidate === true && generation === this.#current;
    if (nominated) this.#selected = from;
    return {
      response: serializeStun(
        { class: "success", transactionId: message.transactionId, attributes: { xorMappedAddress: from } },
        { integrityKey: generation.key },
      ),
      validated: true,
      nominated,
      restarted,
    };
  }

  /** Where the session stands at `nowMs`. */
  state(nowMs: number): IceState {
    if (this.#consentAtMs === undefined) return this.#requested ? "checking" : "new";
    const silentMs = nowMs - this.#consentAtMs;
    if (silentMs >= this.#consentTimeoutMs) return "failed";
    return silentMs >= this.#disconnectedAfterMs ? "disconnected" : "connected";
  }

  /**
   * ICE restart: new credentials from now on, the old ones answered (without nominating) until the peer used the new.
   * A second restart before that forgets the credentials in between.
   */
  restart(credentials: Credentials & Pick<IceLiteAgentOptions, "remotePassword">): void {
    this.#previous ??= this.#current;
    this.#current = generationOf(credentials);
  }

  #generationOf(username: string): Generation | undefined {
    for (const generation of [this.#current, this.#previous]) {
      if (generation === undefined) continue;
      if (username === `${generation.localUfrag}:${generation.remoteUfrag}`) return generation;
    }
    return undefined;
  }

  #accept(generation: Generation): boolean {
    if (generation !== this.#current || this.#previous === undefined) return false;
    this.#previous = undefined;
    return true;
  }
}

function generationOf({ localUfrag, localPassword, remoteUfrag }: Credentials): Generation {
  return { localUfrag, localPassword, remoteUfrag, key: new HmacSha1(encodeUtf8(localPassword)) };
}

function refuse(
  message: StunMessage,
  code: number,
  reason: string,
  signed?: { key: HmacSha1; attributes?: StunAttributes },
): IceAnswer {
  const attributes: StunAttributes = { errorCode: { code, reason }, ...signed?.attributes };
  const response = serializeStun(
    { class: "error", transactionId: message.transactionId, attributes },
    signed === undefined ? {} : { integrityKey: signed.key },
  );
  return { response, validated: false, nominated: false, restarted: false, errorCode: code };
}
