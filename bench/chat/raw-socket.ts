import { connect, type Socket } from "node:net";

export interface RawSocketEvents {
  /** A Socket.IO event came; its text, `["name",...]`, when this socket listens, else null. */
  event(text: string | null): void;
  closed(): void;
}

interface Opened {
  resolve: (socket: RawSocket) => void;
  reject: (error: Error) => void;
}

/** RFC 6455 section 5.2: final text frames. */
const TEXT = 0x81;
const MASKED = 0x80;

/**
 * A Socket.IO client over a bare WebSocket: ten thousand of the real one would cost more than the server does. What it does not listen
 * to it counts and forgets.
 */
export class RawSocket {
  readonly #socket: Socket;
  readonly #listens: boolean;
  readonly #events: RawSocketEvents;
  readonly #token: string | null;
  #opened: Opened | null;
  #upgraded = false;
  #rest: Buffer = EMPTY;
  /** Bytes of a frame that nobody listens to, still to come. */
  #skip = 0;

  private constructor(
    socket: Socket,
    options: { token: string | null; listens: boolean; events: RawSocketEvents },
    opened: Opened,
  ) {
    this.#socket = socket;
    this.#listens = options.listens;
    this.#events = options.events;
    this.#token = options.token;
    this.#opened = opened;
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#opened?.reject(new Error("the server closed the connection"));
      this.#opened = null;
      this.#events.closed();
    });
  }

  /** Resolves when the room's snapshot came; without a token, when the server has accepted. */
  static open(
    port: number,
    options: { token: string | null; listens: boolean; events: RawSocketEvents },
  ): Promise<RawSocket> {
    return new Promise((resolve, reject) => {
      const onread = {
        buffer: READ,
        callback(length: number) {
          raw.#take(READ.subarray(0, length));
          return true;
        },
      };
      const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread });
      const raw: RawSocket = new RawSocket(socket, options, { resolve, reject });
      socket.once("connect", () => raw.#upgrade(port));
    });
  }

  /** Sends an event without asking for an acknowledgement. */
  emit(name: string, input: unknown): void {
    this.#send(`42${JSON.stringify([name, input])}`);
  }

  close(): void {
    this.#socket.destroy();
  }

  #upgrade(port: number): void {
    this.#socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    );
  }

  #send(text: string): void {
    const payload = Buffer.from(text);
    const { length } = payload;
    const header =
      length < 126
        ? Buffer.from([TEXT, MASKED | length, 0, 0, 0, 0])
        : Buffer.from([TEXT, MASKED | 126, length >> 8, length & 255, 0, 0, 0, 0]);
    // A mask of zeros changes nothing; it is there because clients have to have one.
    this.#socket.write(Buffer.concat([header, payload]));
  }

  #take(bytes: Buffer): void {
    if (this.#skip >= bytes.length) {
      this.#skip -= bytes.length;
      return;
    }
    const fresh = bytes.subarray(this.#skip);
    this.#skip = 0;
    let data = this.#rest.length === 0 ? fresh : Buffer.concat([this.#rest, fresh]);
    if (!this.#upgraded) {
      const end = data.indexOf("\r\n\r\n");
      if (end < 0) {
        this.#rest = Buffer.from(data);
        return;
      }
      this.#upgraded = true;
      data = data.subarray(end + 4);
    }
    let at = 0;
    for (;;) {
      const frame = frameAt(data, at);
      if (frame === null || (frame.end > data.length && (this.#listens || data.length < frame.start + TYPES)))
        break;
      this.#frame(data.subarray(frame.start, frame.end));
      at = frame.end;
    }
    this.#skip = Math.max(0, at - data.length);
    this.#rest = at >= data.length ? EMPTY : Buffer.from(data.subarray(at));
  }

  /** Engine.IO and Socket.IO packet types: https://socket.io/docs/v4/engine-io-protocol, /socket-io-protocol. */
  #frame(payload: Buffer): void {
    const engine = payload[0];
    if (engine === CODE.ping) this.#send("3");
    if (engine === CODE.open)
      this.#send(this.#token === null ? "40" : `40${JSON.stringify({ token: this.#token })}`);
    if (engine !== CODE.message) return;
    const kind = payload[1];
    if (kind === CODE.connectError) this.close();
    if (this.#opened !== null && kind === (this.#token === null ? CODE.connect : CODE.event)) {
      this.#opened.resolve(this);
      this.#opened = null;
    } else if (kind === CODE.event) this.#events.event(this.#listens ? payload.toString("utf8", 2) : null);
  }
}

const EMPTY = Buffer.alloc(0);
/** What the kernel has goes here first, for all sockets of a process: they are read one after the other. */
const READ = Buffer.alloc(64 * 1024);
/** Bytes of a payload that say what it is. */
const TYPES = 2;
const CODE = { open: 48, ping: 50, message: 52, connect: 48, event: 50, connectError: 52 } as const;

/** Where the payload of the frame at `at` is, all there or not; null before that is known. Servers do not mask. */
function frameAt(data: Buffer, at: number): { start: number; end: number } | null {
  if (data.length < at + 2) return null;
  const short = data[at + 1]! & 127;
  const head = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (data.length < at + head) return null;
  const length =
    short < 126 ? short : short === 126 ? data.readUInt16BE(at + 2) : Number(data.readBigUInt64BE(at + 2));
  return { start: at + head, end: at + head + length };
}
