import type { Random } from "@sameroom/base";
import { findClientDigest, signServerAnswer, signServerStart } from "./handshake-digest.ts";
import { RtmpError } from "./rtmp-error.ts";

const VERSION = 3;
const PART_BYTES = 1536;
const TLS_HANDSHAKE = 0x16;
/** Behind the four bytes of time: a server that signs says a version, one that does not says zero. */
const SIGNING_VERSION = [3, 0, 1, 1];

/** The server's side of the handshake (RTMP 1.0 section 5.2), plain or with digests, as the client begins it. */
export class RtmpServerHandshake {
  readonly #random: Pick<Random, "bytes">;
  readonly #received = new Uint8Array(1 + 2 * PART_BYTES);
  #length = 0;

  constructor(random: Pick<Random, "bytes">) {
    this.#random = random;
  }

  /** The client has sent all of its part. */
  get isDone(): boolean {
    return this.#length === this.#received.length;
  }

  /**
   * Takes bytes of the handshake. `taken`: how many of them belong to it; `answer`: what to send now. Throws {@link RtmpError}
   * when the peer speaks something else.
   */
  take(bytes: Uint8Array): { taken: number; answer: Uint8Array | undefined } {
    const before = this.#length;
    const taken = Math.min(bytes.length, this.#received.length - before);
    this.#received.set(bytes.subarray(0, taken), before);
    this.#length += taken;
    if (before === 0 && taken > 0) requireVersion(this.#received[0]!);
    const startsNow = before < 1 + PART_BYTES && this.#length >= 1 + PART_BYTES;
    return { taken, answer: startsNow ? this.#answer() : undefined };
  }

  /** S0, S1 and S2. */
  #answer(): Uint8Array {
    const c1 = this.#received.subarray(1, 1 + PART_BYTES);
    const answer = new Uint8Array(1 + 2 * PART_BYTES);
    answer[0] = VERSION;
    const s1 = answer.subarray(1, 1 + PART_BYTES);
    const s2 = answer.subarray(1 + PART_BYTES);
    s1.set(this.#random.bytes(PART_BYTES - 8), 8);
    const client = findClientDigest(c1);
    if (client === undefined) {
      s2.set(c1);
      return answer;
    }
    s1.set(SIGNING_VERSION, 4);
    signServerStart(s1, client.layout);
    s2.set(this.#random.bytes(PART_BYTES));
    signServerAnswer(s2, client.digest);
    return answer;
  }
}

function requireVersion(version: number): void {
  if (version === VERSION) return;
  if (version === TLS_HANDSHAKE) throw new RtmpError("TLS on the port for plain RTMP");
  throw new RtmpError(`not RTMP, or a version we do not speak (${version})`);
}
