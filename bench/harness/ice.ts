import { randomBytes } from "node:crypto";
import { HmacSha1, parseStun, serializeStun } from "@sameroom/protocol";

/** ICE credentials of one side. */
export interface Credentials {
  ufrag: string;
  password: string;
}

/** Fresh credentials (RFC 8445 section 5.3). */
export function createCredentials(): Credentials {
  return { ufrag: randomBytes(6).toString("hex"), password: randomBytes(16).toString("hex") };
}

const CONTROLLING = 1n;

/** Writes the checks of a controlling agent that nominates at once. */
export class Checks {
  readonly #username: string;
  readonly #key: HmacSha1;

  constructor(local: Credentials, remote: Credentials) {
    this.#username = `${remote.ufrag}:${local.ufrag}`;
    this.#key = new HmacSha1(new TextEncoder().encode(remote.password));
  }

  /** A binding request with USE-CANDIDATE. */
  request(): Uint8Array {
    const attributes = {
      username: this.#username,
      priority: 0x6e_00_01_ff,
      useCandidate: true,
      iceControlling: CONTROLLING,
    };
    const transactionId = Uint8Array.from(randomBytes(12));
    return serializeStun({ class: "request", transactionId, attributes }, { integrityKey: this.#key });
  }
}

/** The answer of a lite agent to a check that came from `from`, or undefined when it is none. */
export function answerCheck(datagram: Uint8Array, from: string, local: Credentials): Uint8Array | undefined {
  const request = parseStun(datagram);
  if (request?.class !== "request") return undefined;
  const { transactionId } = request;
  const integrityKey = new TextEncoder().encode(local.password);
  return serializeStun(
    { class: "success", transactionId, attributes: { xorMappedAddress: from } },
    { integrityKey },
  );
}

/** True for the success response to a check. */
export function isSuccess(datagram: Uint8Array): boolean {
  return parseStun(datagram)?.class === "success";
}
