import type { AmfValue } from "../rtmp/amf-value.ts";
import { RtmpChunkReader } from "../rtmp/chunk-reader.ts";
import { serializeChunks } from "../rtmp/chunk-writer.ts";
import { commandMessage, parseCommand, type RtmpCommand } from "../rtmp/command.ts";
import { MESSAGE_TYPE, type RtmpMessage } from "../rtmp/message-type.ts";

const HANDSHAKE_BYTES = 1536;
const CHUNK_SIZE = 128;
/** What a server sends in answer to the first part. */
const SERVER_HANDSHAKE_BYTES = 1 + 2 * HANDSHAKE_BYTES;

/** The client's side of RTMP as a test writes it: bytes to send, and what the bytes that come back say. Handshake without digests. */
export class RtmpTestClient {
  readonly #reader = new RtmpChunkReader();
  readonly #messages: RtmpMessage[] = [];
  #handshakeLeft = SERVER_HANDSHAKE_BYTES;

  /** C0, C1 and C2, as far as they need no answer: the echo is zeros, which servers do not look at. */
  handshake(): Uint8Array {
    const bytes = new Uint8Array(1 + 2 * HANDSHAKE_BYTES);
    bytes[0] = 3;
    return bytes;
  }

  /** `connect` to an application. */
  connect(app = "live", more: [string, AmfValue][] = []): Uint8Array {
    const object = new Map<string, AmfValue>([["app", app], ["flashVer", "test/1.0"], ...more]);
    return this.command(0, "connect", 1, object);
  }

  /** Everything an encoder says up to `publish`, on message stream 1. */
  publish(name: string): Uint8Array {
    return joinBytes(
      this.command(0, "releaseStream", 2, null, name),
      this.command(0, "FCPublish", 3, null, name),
      this.command(0, "createStream", 4, null),
      this.command(1, "publish", 5, null, name, "live"),
    );
  }

  command(streamId: number, ...values: AmfValue[]): Uint8Array {
    return serializeChunks(commandMessage(streamId, ...values), 3, CHUNK_SIZE);
  }

  message(type: number, timestamp: number, payload: Uint8Array): Uint8Array {
    return serializeChunks({ type, streamId: 1, timestamp, payload }, 4, CHUNK_SIZE);
  }

  /** Bytes of the server's. */
  receive(bytes: Uint8Array | undefined): void {
    if (bytes === undefined) return;
    const skipped = Math.min(this.#handshakeLeft, bytes.length);
    this.#handshakeLeft -= skipped;
    this.#reader.push(bytes.subarray(skipped));
    for (let message = this.#reader.next(); message !== undefined; message = this.#reader.next()) {
      if (message.type === MESSAGE_TYPE.setChunkSize) {
        const { payload } = message;
        this.#reader.setChunkSize(new DataView(payload.buffer, payload.byteOffset).getUint32(0));
      }
      this.#messages.push(message);
    }
  }

  /** What came, and not before. */
  takeMessages(): RtmpMessage[] {
    return this.#messages.splice(0);
  }

  /** The commands among what came, and not before. */
  takeCommands(): RtmpCommand[] {
    return this.takeMessages()
      .filter(({ type }) => type === MESSAGE_TYPE.commandAmf0)
      .map((message) => parseCommand(message)!);
  }
}

/** One after another. */
export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
