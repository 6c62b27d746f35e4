import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { selfSigned } from "./certificate.fixture.ts";

/** A TCP port that is free now. */
export async function freePort(): Promise<number> {
  const server = await TargetServer.open(createServer());
  await server.close();
  return server.port;
}

/** Something that platforms' addresses lead to, and that is no platform, or stands in front of one. */
export class TargetServer {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  static async open(server: Server, host?: string): Promise<TargetServer> {
    server.listen(0, host ?? "127.0.0.1");
    await once(server, "listening");
    return new TargetServer(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
    });
  }

  /** Takes connections, reads what comes, and says nothing. */
  static silent(): Promise<TargetServer> {
    return TargetServer.open(createServer((socket) => socket.resume()));
  }

  /** Takes connections and closes them. */
  static rude(): Promise<TargetServer> {
    return TargetServer.open(createServer((socket) => socket.destroy()));
  }

  /** Hands on what goes to `port` and comes back, until `bytes` have gone there: from then on it reads nothing. */
  static deaf(port: number, bytes: number): Promise<TargetServer> {
    const server = createServer((outside) => {
      const inside = connect(port, "127.0.0.1").on("error", () => {});
      let passed = 0;
      outside.on("data", (piece) => {
        passed += piece.length;
        inside.write(piece);
        if (passed >= bytes) outside.pause();
      });
      inside.pipe(outside);
      outside.on("close", () => inside.destroy());
    });
    return TargetServer.open(server);
  }

  /** Takes TLS off what goes to `port`, under the certificate of `selfSigned`, which is `localhost`'s. */
  static secure(port: number): Promise<TargetServer> {
    const server = createTlsServer(selfSigned(), (outside) => {
      const inside = connect(port, "127.0.0.1").on("error", () => {});
      outside.on("error", () => {});
      outside.pipe(inside).pipe(outside);
    });
    // Whichever address the name stands for.
    return TargetServer.open(server, "::");
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
