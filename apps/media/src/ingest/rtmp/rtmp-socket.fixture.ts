import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { joinBytes, RtmpTestClient } from "@sameroom/protocol/testing";

/** A client on a real connection. */
export class RtmpSocket {
  readonly client = new RtmpTestClient();
  readonly socket: Socket;
  #closed: Promise<void>;

  static async open(port: number, localAddress = "127.0.0.1"): Promise<RtmpSocket> {
    const socket = connect({ host: "127.0.0.1", port, localAddress });
    await once(socket, "connect");
    return new RtmpSocket(socket);
  }

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => this.client.receive(bytes));
    this.#closed = new Promise((resolve) => socket.once("close", () => resolve()));
  }

  send(...parts: Uint8Array[]): void {
    this.socket.write(joinBytes(...parts));
  }

  /** Everything up to `publish`. */
  publish(name: string, app = "live"): void {
    this.send(this.client.handshake(), this.client.connect(app), this.client.publish(name));
  }

  /** Resolves when the server has closed it. */
  closed(): Promise<void> {
    return this.#closed;
  }
}
