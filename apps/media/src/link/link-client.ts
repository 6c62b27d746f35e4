import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { type Backoff, createBackoff, type Log } from "@sameroom/base";
import {
  type ControlToMedia,
  controlToMediaSchema,
  LINK_IDLE_MS,
  LINK_MAX_MESSAGE_BYTES,
  type MediaToControl,
} from "@sameroom/contract";
import { type TlsCertificate, trustingOwn } from "@sameroom/http";
import WebSocket, { type ClientOptions } from "ws";
import type { Identity } from "../auth/identity.ts";

export interface LinkClientOptions {
  url: string;
  /** Node secret, sent as bearer. */
  secret: string;
  /** Ours: a control with the same one is trusted whatever address it is called by. Undefined: there is none. */
  certificate: TlsCertificate | undefined;
  /** Everything that is true now; first message of every connection. */
  hello: () => Extract<MediaToControl, { type: "hello" }>;
  /** What control wants done. */
  onCommand: (command: Exclude<ControlToMedia, { type: "stream-key" | "welcome" }>) => void;
  log: Log;
}

const ASK_TIMEOUT_MS = 4000;
const MAX_ASKS = 500;
const MAX_BUFFERED_BYTES = 2 * LINK_MAX_MESSAGE_BYTES;

interface Ask {
  resolve: (identity: Identity | null) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/**
 * Media's end of the link to control. Connects for as long as it lives; while it is not connected, facts are dropped,
 * because the next `hello` tells everything again. Nothing in media waits for it but the check of a stream key.
 */
export class LinkClient {
  readonly #options: LinkClientOptions;
  readonly #backoff: Backoff = createBackoff({ baseMs: 200, maxMs: 3000, random: { next: Math.random } });
  readonly #asks = new Map<number, Ask>();
  #socket: WebSocket | undefined;
  #retry: NodeJS.Timeout | undefined;
  #pings: NodeJS.Timeout | undefined;
  #heardAtMs = 0;
  #nextRequest = 1;
  #closed = false;

  constructor(options: LinkClientOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  open(): void {
    if (this.#closed || this.#socket !== undefined) return;
    const socket = new WebSocket(this.#options.url, {
      headers: { authorization: `Bearer ${this.#options.secret}` },
      maxPayload: LINK_MAX_MESSAGE_BYTES,
      handshakeTimeout: LINK_IDLE_MS,
      ...connectionTo(this.#options),
    });
    this.#socket = socket;
    const heard = () => {
      this.#heardAtMs = Date.now();
    };
    socket.on("open", () => {
      heard();
      this.#backoff.reset();
      this.#options.log.info("linked to control");
      this.send(this.#options.hello());
      this.#pings = setInterval(() => this.#keepAlive(socket), LINK_IDLE_MS / 3);
    });
    socket.on("ping", heard);
    socket.on("pong", heard);
    socket.on("message", (data) => {
      heard();
      this.#receive(String(data));
    });
    socket.on("error", (error) => this.#options.log.debug("link error", { error: error.message }));
    socket.on("close", () => this.#lost());
  }

  /** Tells control a fact; dropped while there is no link. */
  send(message: MediaToControl): void {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    // A control that does not read gets a new snapshot later instead of an ever longer queue.
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate();
    else socket.send(JSON.stringify(message));
  }

  /** Whose stream key this is, in the room or in any (null); null: nobody's. Rejects without a link, or when no answer comes. */
  askStreamKey(room: string | null, key: string): Promise<Identity | null> {
    if (!this.connected || this.#asks.size >= MAX_ASKS)
      return Promise.reject(new Error("control cannot be asked"));
    const request = this.#nextRequest++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#asks.delete(request);
        reject(new Error("control did not answer"));
      }, ASK_TIMEOUT_MS);
      this.#asks.set(request, { resolve, reject, timer });
      this.send({ type: "check-stream-key", request, room, key });
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#socket?.close(1001);
    this.#lost();
  }

  #receive(text: string): void {
    let message: ControlToMedia;
    try {
      message = controlToMediaSchema.parse(JSON.parse(text));
    } catch {
      this.#options.log.warn("control sent something this version does not understand");
      return;
    }
    if (message.type === "welcome") return;
    if (message.type !== "stream-key") {
      this.#options.onCommand(message);
      return;
    }
    const ask = this.#asks.get(message.request);
    if (ask === undefined) return;
    this.#asks.delete(message.request);
    clearTimeout(ask.timer);
    ask.resolve(message.identity);
  }

  #keepAlive(socket: WebSocket): void {
    if (Date.now() - this.#heardAtMs > LINK_IDLE_MS) socket.terminate();
    else socket.ping();
  }

  #lost(): void {
    clearInterval(this.#pings);
    this.#socket = undefined;
    for (const ask of this.#asks.values()) {
      clearTimeout(ask.timer);
      ask.reject(new Error("the link to control was lost"));
    }
    this.#asks.clear();
    clearTimeout(this.#retry);
    if (!this.#closed) this.#retry = setTimeout(() => this.open(), 50 + this.#backoff.nextMs());
  }
}

/** How to connect, where that is not left to `ws`. */
function connectionTo({ url, certificate }: LinkClientOptions): Pick<ClientOptions, "createConnection"> {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== "wss:" || certificate === undefined) return {};
  const target = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 443) };
  const connect = (_options: unknown, done: (error: Error | null, socket?: Duplex) => void) => {
    trustingOwn(certificate, target).then((socket) => done(null, socket), done);
  };
  // Node's agents take a connection that comes later, through the callback; the types know only one that is there.
  return { createConnection: connect as unknown as NonNullable<ClientOptions["createConnection"]> };
}

/** Names one start of this process. */
export function createBootId(): string {
  return randomBytes(9).toString("base64url");
}
