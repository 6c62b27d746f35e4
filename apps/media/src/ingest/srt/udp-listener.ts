import { createSocket, type Socket } from "node:dgram";

/** As much as the kernel lets us have: an event loop that is busy for 50 ms must not lose what ten encoders send meanwhile. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** A far end, and which of our sockets it spoke to. */
export interface UdpPeer {
  readonly ip: string;
  readonly port: number;
  readonly local: number;
}

/** The buffer belongs to whoever is called. */
export type DatagramHandler = (bytes: Uint8Array, from: UdpPeer) => void;

/** UDP sockets of every address we listen on, all on one port number. */
export class UdpListener {
  readonly port: number;
  readonly #sockets: Socket[];

  private constructor(port: number, sockets: Socket[]) {
    this.port = port;
    this.#sockets = sockets;
  }

  /** Binds `port` (0: one the kernel chooses) on each of `hosts`; rejects when any of them is taken. */
  static async open(hosts: readonly string[], port: number, handle: DatagramHandler): Promise<UdpListener> {
    const sockets: Socket[] = [];
    let actual = port;
    try {
      for (const host of hosts) {
        const ipv6 = host.includes(":");
        const socket = createSocket({
          ...{ type: ipv6 ? "udp6" : "udp4", ipv6Only: ipv6 },
          recvBufferSize: RECEIVE_BUFFER_BYTES,
        });
        const local = sockets.push(socket) - 1;
        await new Promise<void>((resolve, reject) => {
          socket.once("error", reject);
          socket.bind({ address: host, port: actual, exclusive: true }, () => {
            socket.off("error", reject);
            resolve();
          });
        });
        // What a peer's network answers to our packets is no concern of the others.
        socket.on("error", () => {});
        socket.on("message", (bytes, { address, port }) => handle(bytes, { ip: address, port, local }));
        actual = socket.address().port;
      }
    } catch (error) {
      for (const socket of sockets) socket.close();
      throw error;
    }
    return new UdpListener(actual, sockets);
  }

  /** Answers from the socket that the peer spoke to: it would take them from no other address. */
  send(bytes: Uint8Array, to: UdpPeer): void {
    // A send that fails is a datagram lost on the way.
    this.#sockets[to.local]?.send(bytes, to.port, to.ip, () => {});
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))),
    );
  }
}
