import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type ControlToMedia, type MediaToControl, mediaToControlSchema } from "@sameroom/contract";
import type { TestCertificate } from "@sameroom/http/testing";
import { type WebSocket, WebSocketServer } from "ws";
import { NODE_SECRET } from "./test-worker.fixture.ts";

/** Control's end of the link, bare: checks the secret, keeps what media says, says what the test wants. */
export class TestControl {
  port = 0;
  /** Everything heard on the current connection, in order. */
  heard: MediaToControl[] = [];
  connections = 0;
  refused = 0;
  /** TCP connections taken, whatever came of them. */
  handshakes = 0;
  /** Answers key checks; undefined: no answer. */
  keys:
    | ((room: string | null, key: string) => Extract<ControlToMedia, { type: "stream-key" }>["identity"])
    | undefined;
  readonly #tls: TestCertificate | undefined;
  #http: Server | undefined;
  #server: WebSocketServer | undefined;
  #socket: WebSocket | undefined;

  get url(): string {
    return `${this.#tls === undefined ? "ws" : "wss"}://127.0.0.1:${this.port}/internal/link`;
  }

  get connected(): boolean {
    return this.#socket?.readyState === 1;
  }

  /** Over TLS with this certificate, or in the clear. */
  constructor(tls?: TestCertificate) {
    this.#tls = tls;
  }

  async start(): Promise<this> {
    const http = this.#tls === undefined ? createServer() : createSecureServer(this.#tls);
    const server = new WebSocketServer({
      server: http,
      path: "/internal/link",
      verifyClient: ({ req }: { req: IncomingMessage }) => {
        const known = req.headers.authorization === `Bearer ${NODE_SECRET}`;
        if (!known) this.refused += 1;
        return known;
      },
    });
    http.on("connection", () => {
      this.handshakes += 1;
    });
    http.listen(this.port, "127.0.0.1");
    await once(http, "listening");
    this.port = (http.address() as AddressInfo).port;
    this.#http = http;
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
    server.close();
    await new Promise((resolve) => this.#http?.close(resolve));
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
