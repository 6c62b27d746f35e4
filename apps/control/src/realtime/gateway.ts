import type { Server as HttpServer } from "node:http";
import type { Log } from "@sameroom/base";
import {
  type ClientToServer,
  type Problem,
  problem,
  REALTIME_PATH,
  type RoomSnapshot,
  type RoomTokenClaims,
  type ServerToClient,
} from "@sameroom/contract";
import { type DefaultEventsMap, Server, type Socket } from "socket.io";
import type { Time } from "../clock.ts";
import { ProblemError } from "../problem-error.ts";
import { createTokenBucket, type TokenBucket } from "./token-bucket.ts";

/** Whom a token lets in, and what they are to the room. */
export interface Admission {
  claims: RoomTokenClaims;
  /** May stay when the room is private. */
  trusted: boolean;
  /** Sees what is private: the owner, hosts, admins. */
  insider: boolean;
}

interface SocketData extends Admission {
  bucket: TokenBucket;
  refused: number;
}
type Io = Server<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;
export type RoomSocket = Socket<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;

export interface GatewayPorts {
  /** Who comes with a good token and may enter. Throws a `ProblemError` otherwise. */
  admit: (token: unknown) => Promise<Admission>;
  /** Everything a client needs to draw the room. Throws a `ProblemError` when the bearer may not be there any more. */
  snapshot: (admission: Admission) => Promise<RoomSnapshot>;
  entered: (claims: RoomTokenClaims, connectionId: string) => void;
  left: (claims: RoomTokenClaims, connectionId: string) => void;
  /** Features add what they listen to. */
  listen: (socket: RoomSocket, answer: Answer) => void;
}

/** Runs a handler and answers through the client's acknowledgement, with a problem when it throws. */
export type Answer = (socket: RoomSocket, ack: unknown, work: () => Promise<void>) => void;

/** The realtime edge: sockets of rooms. */
export interface Gateway {
  /** Sends to everybody in a room. */
  toRoom<Name extends keyof ServerToClient>(
    slug: string,
    event: Name,
    ...args: Parameters<ServerToClient[Name]>
  ): void;
  /** Sends to those in a room who see what is private, or to all others. */
  toAudience<Name extends keyof ServerToClient>(
    audience: "insiders" | "outsiders",
    slug: string,
    event: Name,
    ...args: Parameters<ServerToClient[Name]>
  ): void;
  /** Sends to a room's hosts. */
  toHosts<Name extends keyof ServerToClient>(
    slug: string,
    event: Name,
    ...args: Parameters<ServerToClient[Name]>
  ): void;
  /** Closes every socket of a participant, in any room. */
  disconnect(participant: string): void;
  /** Closes the sockets of all who may not stay in a private room. */
  expelStrangers(slug: string): void;
  readonly sockets: number;
  /** Closes every socket; clients reconnect by themselves. */
  close(): Promise<void>;
}

/** Client messages: what a person can do by hand, doubled; who sends on and on is disconnected. */
const BURST = 20;
const PER_SECOND = 10;
const MAX_REFUSED = 200;
const MAX_MESSAGE_BYTES = 64 * 1024;

const roomOf = (slug: string) => `room:${slug}`;
const hostsOf = (slug: string) => `hosts:${slug}`;
const insidersOf = (slug: string) => `insiders:${slug}`;
const trustedOf = (slug: string) => `trusted:${slug}`;
const bearerOf = (participant: string) => `who:${participant}`;

export function createGateway(server: HttpServer, deps: GatewayPorts & { time: Time; log: Log }): Gateway {
  const { time, log } = deps;
  const io: Io = new Server(server, {
    path: REALTIME_PATH,
    serveClient: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    destroyUpgrade: false,
    // Sockets live off their token, never off cookies, so a page of any site may connect with a token it was given.
    cors: { origin: "*" },
  });

  io.use((socket, next) => {
    void admit(socket as RoomSocket).then(
      () => next(),
      (error: unknown) => next(connectionError(error)),
    );
  });
  io.on("connection", (socket) => void enter(socket));

  async function admit(socket: RoomSocket): Promise<void> {
    const auth = socket.handshake.auth as { token?: unknown } | undefined;
    Object.assign(socket.data, await deps.admit(auth?.token));
    socket.data.bucket = createTokenBucket({ burst: BURST, perSecond: PER_SECOND, nowMs: time.nowMs() });
    socket.data.refused = 0;
  }

  function connectionError(error: unknown): Error {
    const document = problemFor(error);
    return Object.assign(new Error(document.title), { data: document });
  }

  function problemFor(error: unknown): Problem {
    if (error instanceof ProblemError) return error.problem;
    log.error("a socket's request failed", { err: error });
    return problem("server.internal");
  }

  async function enter(socket: RoomSocket): Promise<void> {
    const { claims, trusted, insider } = socket.data;
    const slug = claims.room;
    await socket.join([
      roomOf(slug),
      bearerOf(claims.sub),
      ...(isHost(claims) ? [hostsOf(slug)] : []),
      ...(insider ? [insidersOf(slug)] : []),
      ...(trusted ? [trustedOf(slug)] : []),
    ]);
    deps.entered(claims, socket.id);
    socket.on("disconnect", () => deps.left(claims, socket.id));
    deps.listen(socket, answer);
    try {
      socket.emit("room.snapshot", await deps.snapshot(socket.data));
    } catch (error) {
      if (!(error instanceof ProblemError))
        log.error("a room's snapshot could not be made", { room: slug, err: error });
      // Not `disconnect()`: the client would take that for a wish and stay away.
      socket.conn.close();
    }
  }

  const answer: Answer = (socket, ack, work) => {
    const reply = typeof ack === "function" ? (ack as (value: unknown) => void) : () => {};
    const refuse = (document: Problem) => reply({ ok: false, problem: document });
    if (!socket.data.bucket.take(time.nowMs())) {
      socket.data.refused += 1;
      if (socket.data.refused > MAX_REFUSED) socket.disconnect(true);
      return refuse(problem("request.rate_limited", { retryAfter: 1 }));
    }
    void work().then(
      () => reply({ ok: true, value: null }),
      (error: unknown) => refuse(problemFor(error)),
    );
  };

  return {
    toRoom: (slug, event, ...args) => void io.to(roomOf(slug)).emit(event, ...args),
    toAudience: (audience, slug, event, ...args) => {
      const inside = audience === "insiders";
      const to = inside ? io.to(insidersOf(slug)) : io.to(roomOf(slug)).except(insidersOf(slug));
      to.emit(event, ...args);
    },
    toHosts: (slug, event, ...args) => void io.to(hostsOf(slug)).emit(event, ...args),
    disconnect: (participant) => io.in(bearerOf(participant)).disconnectSockets(true),
    expelStrangers: (slug) => io.in(roomOf(slug)).except(trustedOf(slug)).disconnectSockets(true),
    get sockets() {
      return io.engine.clientsCount;
    },
    async close() {
      for (const socket of io.sockets.sockets.values()) socket.conn.close();
      // The HTTP server is not the gateway's to close: detach from it, end the engine.
      io.engine.close();
      io.removeAllListeners();
    },
  };
}

/** true for who may speak as the room's host: the role and, with it, the grant to publish. */
export function isHost(claims: Pick<RoomTokenClaims, "role" | "grants">): boolean {
  return claims.role === "host" && claims.grants.publish;
}
