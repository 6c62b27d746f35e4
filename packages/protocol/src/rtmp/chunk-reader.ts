import { readMessageHeader } from "./chunk-header.ts";
import type { ChunkStream } from "./chunk-stream.ts";
import type { RtmpMessage } from "./message-type.ts";
import { PartialMessage } from "./partial-message.ts";
import { RtmpError } from "./rtmp-error.ts";
import { RTMP_LIMITS } from "./rtmp-limits.ts";

/** In both directions, until somebody says otherwise (RTMP 1.0 section 5.4.1). */
export const DEFAULT_CHUNK_SIZE = 128;
const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Where an RTMP byte stream becomes messages (RTMP 1.0 section 5.3). Bytes go in as they come, messages come out one at a time. */
export class RtmpChunkReader {
  /** Longest message that is taken, bytes; a longer one throws. */
  maxMessageBytes: number = RTMP_LIMITS.commandBytes;
  readonly #streams = new Map<number, ChunkStream>();
  #chunkSize = DEFAULT_CHUNK_SIZE;
  #input: Uint8Array = NO_BYTES;
  #at = 0;
  /** The chunk whose payload is being read, and how much of it is missing. */
  #open: { stream: ChunkStream; id: number; left: number } | undefined;

  /** Bytes that wait for {@link RtmpChunkReader.next}. */
  get waiting(): number {
    return this.#input.length - this.#at;
  }

  /** The peer's chunk size from now on (RTMP 1.0 section 5.4.1). */
  setChunkSize(size: number): void {
    if (size < 1 || size > 0x7fff_ffff) throw new RtmpError(`chunk size ${size}`);
    this.#chunkSize = size;
  }

  /** The peer gives up what it has begun to send on a chunk stream. */
  abort(chunkStreamId: number): void {
    const stream = this.#streams.get(chunkStreamId);
    if (stream !== undefined) stream.message = undefined;
  }

  /** More bytes; they are kept until `next` has taken them. */
  push(bytes: Uint8Array): void {
    const rest = this.#input.subarray(this.#at);
    this.#at = 0;
    if (rest.length === 0) {
      this.#input = bytes;
      return;
    }
    const joined = new Uint8Array(rest.length + bytes.length);
    joined.set(rest);
    joined.set(bytes, rest.length);
    this.#input = joined;
  }

  /** The next whole message, a copy; undefined: more bytes are needed. Throws {@link RtmpError}; then it is of no more use. */
  next(): RtmpMessage | undefined {
    for (;;) {
      this.#open ??= this.#readHeader();
      if (this.#open === undefined) return undefined;
      const { stream } = this.#open;
      const message = stream.message!;
      const taken = Math.min(this.#open.left, this.waiting);
      const before = message.byteLength;
      message.append(this.#input.subarray(this.#at, this.#at + taken));
      if (message.byteLength > before) this.#checkPending();
      this.#at += taken;
      this.#open.left -= taken;
      if (this.#open.left > 0) return undefined;
      this.#open = undefined;
      if (message.isWhole) {
        stream.message = undefined;
        const { type, streamId, timestamp } = stream;
        return { type, streamId, timestamp, payload: message.bytes };
      }
    }
  }

  #readHeader(): { stream: ChunkStream; id: number; left: number } | undefined {
    const header = readMessageHeader(this.#input, this.#at, this.#streams);
    if (header === undefined) return undefined;
    const { id, stream } = header;
    if (stream.message === undefined) {
      if (stream.length > this.maxMessageBytes) {
        throw new RtmpError(`a message of ${stream.length} bytes, ${this.maxMessageBytes} are taken`);
      }
      stream.message = new PartialMessage(stream.length);
    }
    if (!this.#streams.has(id)) {
      if (this.#streams.size >= RTMP_LIMITS.chunkStreams) throw new RtmpError("too many chunk streams");
      this.#streams.set(id, stream);
    }
    this.#at = header.end;
    return { stream, id, left: Math.min(this.#chunkSize, stream.message.missing) };
  }

  #checkPending(): void {
    let pending = 0;
    for (const { message } of this.#streams.values()) pending += message?.byteLength ?? 0;
    if (pending > RTMP_LIMITS.pendingBytes) throw new RtmpError("too many messages begun");
  }
}
