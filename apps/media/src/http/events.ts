import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import type { EventSink } from "../node/event-streams.ts";
import { MediaError } from "../node/media-error.ts";
import type { OwnedSession, SessionRequest } from "./sessions.ts";

/** A comment keeps proxies from closing a silent stream. */
const KEEP_ALIVE_MS = 15_000;
/** A listener that takes nothing for so long is cut off; it may come back. */
const STALLED_MS = 30_000;

/** `GET /sessions/:session/events`: server-sent events of one session (HTML Living Standard, section 9.2). */
export function registerEvents(app: FastifyInstance, owned: OwnedSession): void {
  app.get("/sessions/:session/events", async (request: SessionRequest, reply) => {
    const session = await owned(request);
    if (session.closedFor !== undefined) throw new MediaError("media.session_not_found");
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    const sink = new ResponseSink(raw);
    raw.on("close", () => {
      sink.stop();
      session.listeners.remove(sink);
    });
    session.listeners.add(sink);
  });
}

/** Events into an HTTP response; while the far end is slow only the latest of each kind is kept. */
class ResponseSink implements EventSink {
  readonly #response: ServerResponse;
  readonly #waiting = new Map<string, string>();
  readonly #keepAlive: NodeJS.Timeout;
  #blockedSinceMs: number | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.on("error", () => response.destroy());
    response.on("drain", () => this.#drained());
    this.#keepAlive = setInterval(() => this.#keepUp(), KEEP_ALIVE_MS);
    this.#keepAlive.unref();
    this.#write(":\n\n");
  }

  send(event: string, data: string): void {
    if (this.#blockedSinceMs === undefined) this.#write(`event: ${event}\ndata: ${data}\n\n`);
    else this.#waiting.set(event, data);
  }

  end(): void {
    this.stop();
    this.#response.end();
  }

  stop(): void {
    clearInterval(this.#keepAlive);
  }

  #keepUp(): void {
    if (this.#blockedSinceMs === undefined) this.#write(":\n\n");
    else if (performance.now() - this.#blockedSinceMs >= STALLED_MS) this.#response.destroy();
  }

  #drained(): void {
    this.#blockedSinceMs = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [event, data] of waiting) this.send(event, data);
  }

  #write(text: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    if (!this.#response.write(text)) this.#blockedSinceMs = performance.now();
  }
}
