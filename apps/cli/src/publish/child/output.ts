import { Dictionary, FFmpegError, FormatContext, type Packet, type Stream } from "node-av/lib";
import type { PublishOrder } from "../messages.ts";

/** A handshake that is not done by then has failed, ms. */
const HANDSHAKE_MS = 5000;
/** RTP packets fit into any path without being cut, bytes. */
const PACKET_BYTES = 1200;

/** A connection that media goes out on: FFmpeg's FLV muxer over RTMP, or its WHIP muxer. */
export class Output {
  readonly #format = new FormatContext();
  readonly #bearer: string | undefined;
  #isOpen = false;
  #hasBegun = false;
  #isClosed = false;

  /** Throws when there is no such muxer. */
  constructor({ url, bearer }: Pick<PublishOrder, "url" | "bearer">) {
    this.#bearer = bearer;
    const muxer = bearer === undefined ? "flv" : "whip";
    FFmpegError.throwIfError(this.#format.allocOutputContext2(null, muxer, url), muxer);
  }

  /** One more track; all of them before {@link connect}. */
  addStream(): Stream {
    return this.#format.newStream(null);
  }

  /** Resolves when media can be sent: over WHIP after ICE and DTLS. Rejects when the server refuses, or does not answer. */
  async connect(): Promise<void> {
    let options: Dictionary | null = null;
    if (this.#bearer === undefined) {
      FFmpegError.throwIfError(await this.#format.openOutput(), "connect");
      this.#isOpen = true;
    } else
      options = Dictionary.fromObject({
        ...{ authorization: this.#bearer, handshake_timeout: HANDSHAKE_MS, pkt_size: PACKET_BYTES },
      });
    FFmpegError.throwIfError(await this.#format.writeHeader(options), "connect");
    this.#hasBegun = true;
  }

  /** Sends a packet of a stream of this output. Over WHIP each goes at once, whichever track it is of. */
  async write(packet: Packet): Promise<void> {
    const sent =
      this.#bearer === undefined
        ? await this.#format.interleavedWriteFrame(packet)
        : await this.#format.writeFrame(packet);
    FFmpegError.throwIfError(sent, "send");
  }

  /** Says goodbye to the server (over WHIP: DELETE) if it was there, and frees everything. Idempotent, never throws. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // The order is FFmpeg's: the trailer ends the session, only then the context may go.
    if (this.#hasBegun) await this.#format.writeTrailer().catch(() => {});
    if (this.#isOpen) await this.#format.closeOutput().catch(() => {});
    this.#format.freeContext();
  }
}
