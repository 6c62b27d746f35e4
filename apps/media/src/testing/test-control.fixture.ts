import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type ControlToMedia, type MediaToControl, mediaToControlSchema } from "@sameroom/contract";
import { type WebSocket, WebSocketServer } from "ws";
import { NODE_SECRET } from "./test-worker.fixture.ts";

/** Control's end of the link, bare: checks the secret, keeps what media says, says what the test wants. */
export class TestControl {
  port = 0;
  /** Everything heard on the current connection, in order. */
  heard: MediaToControl[] = [];
  connections = 0;
  refused = 0;
  /** Answers key checks; undefined: no answer. */
  keys:
    | ((room: string | null, key: string) => Extract<ControlToMedia, { type: "stream-key" }>["identity"])
    | undefined;
  #server: WebSocketServer | undefined;
  #socket: WebSocket | undefined;

  get url(): string {
    return `ws://127.0.0.1:${this.port}/internal/link`;
  }

  get connected(): boolean {
    return this.#socket?.readyState === 1;
  }

  async start(): Promise<this> {
    const server = new WebSocketServer({
      host: "127.0.0.1",
      port: this.port,
      path: "/internal/link",
      verifyClient: ({ req }: { req: IncomingMessage }) => {
        const known = req.headers.authorization === `Bearer ${NODE_SECRET}`;
        if (!known) this.refused += 1;
        return known;
      },
    });
    await once(server, "listening");
    this.port = (server.address() as AddressInfo).port;
    server.on("connection", (socket) => {
      this.connections += 1;
      this.heard = [];
      this.#socket = socket;
      this.send({ type: "welcome", controlBoot: "boot" });
      socket.on("message", (data) => this.#receive(String(data)));
    });
    this.#server = server;
    return this;
  }

  send(message: ControlToMedia): void {
    this.#socket?.send(JSON.stringify(message));
  }

  /** Something that is not of the protocol. */
  sendRaw(text: string): void {
    this.#socket?.send(text);
  }

  of<Type extends MediaToControl["type"]>(type: Type): Extract<MediaToControl, { type: Type }>[] {
    return this.heard.filter((message) => message.type === type) as Extract<MediaToControl, { type: Type }>[];
  }

  /** As `kill -9`: no closing handshake. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  }

  close(): Promise<void> {
    return this.stop();
  }

  #receive(text: string): void {
    const message = mediaToControlSchema.parse(JSON.parse(text));
    this.heard.push(message);
    if (message.type !== "check-stream-key" || this.keys === undefined) return;
    const { request, room, key } = message;
    this.send({ type: "stream-key", request, identity: this.keys(room, key) });
  }
}
