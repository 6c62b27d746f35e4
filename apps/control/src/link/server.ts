import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Log } from "@sameroom/base";
import {
  type ControlToMedia,
  LINK_IDLE_MS,
  LINK_MAX_MESSAGE_BYTES,
  LINK_PATH,
  type MediaToControl,
  mediaToControlSchema,
} from "@sameroom/contract";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { Time } from "../clock.ts";
import { sameSecret } from "../secrets.ts";
import type { Hello, WorkerState, Workers } from "./workers.ts";

/** A message other than `hello`. */
export type LinkFact = Exclude<MediaToControl, Hello>;

export interface LinkPorts {
  /** A worker connected. `restarted`: it is not the process that was connected before. */
  hello: (hello: Hello, more: { restarted: boolean }) => void;
  fact: (worker: WorkerState, fact: LinkFact) => void;
  lost: (worker: string) => void;
}

/** Control's end of the link to media workers. */
export interface LinkServer {
  /** Takes an HTTP upgrade when it is for the link; false when it is not. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Messages that did not fit the contract, since the start. */
  readonly invalidMessages: number;
  close(): void;
}

/** WebSocket close codes (RFC 6455 section 7.4; 4000 and up are ours). */
const CLOSE = { going: 1001, policy: 1008, replaced: 4000 } as const;
const HELLO_WITHIN_MS = 10_000;

export function createLinkServer(
  deps: LinkPorts & { workers: Workers; nodeSecret: string; time: Time; log: Log },
): LinkServer {
  const { workers, time, log } = deps;
  const controlBoot = randomUUID();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LINK_MAX_MESSAGE_BYTES });
  const boots = new Map<string, string>();
  const current = new Map<string, WebSocket>();
  let invalidMessages = 0;

  function accept(socket: WebSocket): void {
    let worker: WorkerState | null = null;
    const watch = watchSilence(socket, time, () => worker !== null);
    const send = (message: ControlToMedia) => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    };
    socket.on("message", (data, isBinary) => {
      watch.heard();
      const message = isBinary ? null : parse(data);
      if (message === null) {
        invalidMessages += 1;
        log.warn("a message on the link does not fit the contract", { worker: worker?.name ?? null });
        if (worker === null) socket.close(CLOSE.policy, "say hello first");
      } else if (message.type === "hello") {
        worker = greet(socket, message, send);
      } else if (worker === null) {
        socket.close(CLOSE.policy, "say hello first");
      } else {
        deps.fact(worker, message);
      }
    });
    socket.on("error", (error) => log.warn("the link broke", { worker: worker?.name ?? null, err: error }));
    socket.on("close", () => {
      watch.stop();
      if (worker === null || current.get(worker.name) !== socket) return;
      current.delete(worker.name);
      worker.send = null;
      log.warn("a media worker's link is down", { worker: worker.name });
      deps.lost(worker.name);
    });
  }

  function greet(socket: WebSocket, hello: Hello, send: (message: ControlToMedia) => void): WorkerState {
    const before = current.get(hello.worker);
    if (before !== undefined && before !== socket) {
      current.delete(hello.worker);
      before.close(CLOSE.replaced, "the worker connected again");
    }
    current.set(hello.worker, socket);
    const restarted = boots.get(hello.worker) !== hello.boot;
    boots.set(hello.worker, hello.boot);
    const worker = workers.connected(hello, { send, unixMs: time.unixMs() });
    log.info("a media worker is connected", { worker: hello.worker, version: hello.version, restarted });
    send({ type: "welcome", controlBoot });
    deps.hello(hello, { restarted });
    return worker;
  }

  return {
    handleUpgrade(request, socket, head) {
      if (request.url?.split("?", 1)[0] !== LINK_PATH) return false;
      const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
      if (sameSecret(bearer, deps.nodeSecret)) {
        sockets.handleUpgrade(request, socket, head, accept);
      } else {
        log.warn("a link with a wrong node secret was refused", { address: request.socket.remoteAddress });
        socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      }
      return true;
    },
    get invalidMessages() {
      return invalidMessages;
    },
    close() {
      for (const socket of sockets.clients) socket.close(CLOSE.going, "control stops");
      sockets.close();
      // A peer that does not answer the close must not hold the process.
      time.after(500, () => {
        for (const socket of sockets.clients) socket.terminate();
      });
    },
  };
}

function parse(data: RawData): MediaToControl | null {
  try {
    const parsed = mediaToControlSchema.safeParse(JSON.parse(data.toString()));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Pings, and ends a link that is silent for too long or never says hello. */
function watchSilence(socket: WebSocket, time: Time, greeted: () => boolean) {
  const openedMs = time.nowMs();
  let heardMs = openedMs;
  let cancel = () => {};
  const heard = () => {
    heardMs = time.nowMs();
  };
  const tick = () => {
    const nowMs = time.nowMs();
    if (nowMs - heardMs >= LINK_IDLE_MS) return socket.terminate();
    if (!greeted() && nowMs - openedMs >= HELLO_WITHIN_MS) return socket.close(CLOSE.policy, "no hello");
    socket.ping();
    cancel = time.after(LINK_IDLE_MS / 3, tick);
  };
  cancel = time.after(LINK_IDLE_MS / 3, tick);
  socket.on("ping", heard);
  socket.on("pong", heard);
  return { heard, stop: () => cancel() };
}
