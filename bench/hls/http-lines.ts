import { connect, type Socket } from "node:net";

/** A response as far as load generators need it. */
export interface Response {
  status: number;
  body: string;
}

/** One keep-alive connection that asks for one thing at a time: what `fetch` costs would drown what the server costs. */
export class HttpLine {
  readonly #socket: Socket;
  readonly #host: string;
  #received: Buffer = Buffer.alloc(0);
  #done: { resolve(response: Response): void; reject(error: Error): void } | undefined;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.on("data", (bytes) => this.#take(bytes));
    const fail = (error?: Error) => this.#done?.reject(error ?? new Error("the connection was closed"));
    socket.on("error", fail).on("close", () => fail());
  }

  static open(port: number): Promise<HttpLine> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new HttpLine(socket, `127.0.0.1:${port}`));
      });
    });
  }

  get(path: string): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#done = { resolve, reject };
      this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n\r\n`);
    });
  }

  close(): void {
    this.#done = undefined;
    this.#socket.destroy();
  }

  /** A response with a length: the origin gives one with all that load generators ask for. */
  #take(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const end = this.#received.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = this.#received.toString("latin1", 0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    if (!Number.isInteger(length)) {
      this.#done?.reject(new Error(`no length in the response: ${head}`));
      return;
    }
    if (this.#received.length < end + 4 + length) return;
    const status = Number(head.slice(9, 12));
    const body = this.#received.toString("utf8", end + 4, end + 4 + length);
    this.#received = this.#received.subarray(end + 4 + length);
    const done = this.#done;
    this.#done = undefined;
    done?.resolve({ status, body });
  }
}
