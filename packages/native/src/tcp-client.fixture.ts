import { connect, type Socket } from "node:net";

/** A connection to a wire, byte by byte. */
export class TcpClient {
  readonly address: string;
  readonly #socket: Socket;
  #closed = false;
  #received = 0;

  static open(port: number, host = "127.0.0.1"): Promise<TcpClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host, noDelay: true });
      socket.once("error", reject);
      socket.once("connect", () => resolve(new TcpClient(socket)));
    });
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    const host = socket.localAddress ?? "";
    this.address = `tcp:${host.includes(":") ? `[${host}]` : host}:${socket.localPort}`;
    socket.removeAllListeners("error");
    // A reset is one way to be refused.
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#closed = true;
    });
    socket.on("data", (bytes) => {
      this.#received += bytes.length;
    });
  }

  /** The wire ended it, or we did. */
  get closed(): boolean {
    return this.#closed;
  }

  get receivedBytes(): number {
    return this.#received;
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Stops or goes on reading; what the wire sends meanwhile fills the buffers between. */
  setReading(on: boolean): void {
    if (on) this.#socket.resume();
    else this.#socket.pause();
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** A frame of RFC 4571. */
export function frame(datagram: Uint8Array): Uint8Array {
  return Uint8Array.from([datagram.length >> 8, datagram.length & 0xff, ...datagram]);
}
