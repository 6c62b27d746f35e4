import type { Server as HttpServer } from "node:http";
import type { Log } from "@sameroom/base";
import {
  type Battle,
  COMMANDS,
  type CommandName,
  type CommandValue,
  type ControlToMedia,
  may,
  type ParsedCommand,
  type Problem,
  problem,
  REALTIME_PATH,
  type RoomEvent,
  type RoomSnapshot,
  type RoomTokenClaims,
  type ServerToClient,
  type Standing,
} from "@sameroom/contract";
import { Server } from "socket.io";
import type { Time } from "../clock.ts";
import { ProblemError } from "../problem-error.ts";
import { type EncodedEvents, encodeEvents, isReady, writeEvents } from "./encoded-events.ts";
import type { PresenceNews } from "./presence-news.ts";
import type { Peers } from "./redis-peers.ts";
import type { RoomNews, Turn } from "./room-news.ts";
import type { Admission, Io, RoomSocket } from "./room-socket.ts";
import { createRounds, type Rounds } from "./rounds.ts";
import { createSendingTurns } from "./sending-turns.ts";
import { createTokenBucket } from "./token-bucket.ts";

export interface GatewayPorts {
  /** Who comes with a good token and may enter. Throws a `ProblemError` otherwise. */
  admit: (token: unknown) => Promise<Admission>;
  /**
   * Everything a client needs to draw the room. `after`: how far it has read the log, null: it is new. Throws a `ProblemError` when the
   * bearer may not be there any more.
   */
  snapshot: (admission: Admission, after: number | null) => Promise<RoomSnapshot>;
  /** What whoever runs a room has before them, beside what everybody sees. */
  desk: (admission: Admission) => Promise<Pick<RoomSnapshot, "hands" | "battleDesk">>;
  entered: (claims: RoomTokenClaims, connectionId: string) => void;
  left: (claims: RoomTokenClaims, connectionId: string) => void;
  /** What is done when somebody who may asks for it, by command; each throws a `ProblemError` otherwise. */
  commands: CommandHandlers;
  /** Another control process appended these to a room's log. */
  appendedElsewhere: (slug: string, events: readonly RoomEvent[]) => void;
  /** Another control process tells who is there. */
  presenceElsewhere: (news: PresenceNews) => void;
  /** Another control process tells all media workers: those linked with this one hear it from here. */
  toldWorkersElsewhere: (message: ControlToMedia) => void;
}

/** Handlers get input that was parsed, of people who may. */
export type CommandHandlers = {
  [Name in CommandName]?: (input: ParsedCommand<Name>, socket: RoomSocket) => Promise<CommandValue<Name>>;
};

/** The realtime edge: sockets of rooms. */
export interface Gateway {
  /** Sends to everybody in a room. */
  toRoom<Name extends keyof ServerToClient>(
    slug: string,
    event: Name,
    ...args: Parameters<ServerToClient[Name]>
  ): void;
  /** Sends to those in a room whose sockets this process has: what each process tells its own. */
  toRoomHere<Name extends keyof ServerToClient>(
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
  /** Sends to all sockets of one participant in a room. */
  toPerson<Name extends keyof ServerToClient>(
    slug: string,
    participant: string,
    event: Name,
    ...args: Parameters<ServerToClient[Name]>
  ): void;
  /** Tells those in a room whose sockets this process has, each in its turn: in a large room with what comes until then. */
  deliver(slug: string, news: RoomNews): void;
  /** Tells everybody in a room of reactions, by emoji, each in their turn. */
  react(slug: string, counts: Readonly<Record<string, number>>): void;
  /** Tells everybody in a room of its battle, each in their turn. */
  tellBattle(slug: string, battle: Battle): void;
  /** Tells other control processes, if there are any, what was appended to a room's log here. */
  tellPeers(slug: string, events: readonly RoomEvent[]): void;
  /** Tells them who is here. */
  tellPresence(news: PresenceNews): void;
  /** Has them tell the media workers that are linked with them. */
  tellPeersWorkers(message: ControlToMedia): void;
  /** A participant has a standing in a room from here on, or not any more: their sockets here are told. */
  changeStanding(slug: string, participant: string, standing: Standing, has: boolean): void;
  /** Closes every socket of a participant, in any room or in one. */
  disconnect(participant: string, slug?: string): void;
  /** Closes the sockets of all who may not stay in a private room. */
  expelStrangers(slug: string): void;
  /** Closes every socket in a room. */
  empty(slug: string): void;
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
const personOf = (slug: string, participant: string) => `who:${participant} in:${slug}`;

export function createGateway(
  server: HttpServer,
  deps: GatewayPorts & { time: Time; log: Log; peers: Peers | null },
): Gateway {
  const { time, log, peers } = deps;
  const io: Io = new Server(server, {
    path: REALTIME_PATH,
    serveClient: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    destroyUpgrade: false,
    // Sockets live off their token, never off cookies, so a page of any site may connect with a token it was given.
    cors: { origin: "*" },
    ...(peers === null ? {} : { adapter: peers.adapter }),
  });
  // Kept for as long as the socket otherwise, with all its headers (https://socket.io/docs/v4/memory-usage).
  io.engine.on("connection", (connection: { request: unknown }) => {
    connection.request = null;
  });
  const rounds = new Map<string, Rounds<RoomSocket>>();
  const turns = createSendingTurns(setImmediate);
  io.on("appended", deps.appendedElsewhere);
  io.on("reactions", (slug, counts) => deliver(slug, { type: "reactions", counts }));
  io.on("battle", (slug, battle) => deliver(slug, { type: "battle", battle }));
  io.on("standing", changeStandingHere);
  io.on("presence", deps.presenceElsewhere);
  io.on("workers", deps.toldWorkersElsewhere);

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
    socket.data.staff = isStaff(socket.data);
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
      personOf(slug, claims.sub),
      ...(runs(socket.data) ? [hostsOf(slug)] : []),
      ...(insider ? [insidersOf(slug)] : []),
      ...(trusted ? [trustedOf(slug)] : []),
    ]);
    if (!socket.connected) {
      // They went while they came in: whoever leaves later is told of, they would stay for ever.
      io.sockets.adapter.delAll(socket.id);
      return;
    }
    roundsOf(slug).add(socket);
    deps.entered(claims, socket.id);
    socket.on("disconnect", () => leave(socket));
    // One listener for all: ten thousand sockets have forty commands each.
    socket.onAny((name: string, ...args: unknown[]) => {
      if (Object.hasOwn(deps.commands, name)) take(socket, name as CommandName, args);
    });
    try {
      const { after } = socket.handshake.auth as { after?: unknown };
      const known = typeof after === "number" && Number.isSafeInteger(after) && after >= 0;
      socket.emit("room.snapshot", await deps.snapshot(socket.data, known ? after : null));
    } catch (error) {
      if (!(error instanceof ProblemError))
        log.error("a room's snapshot could not be made", { room: slug, err: error });
      // Not `disconnect()`: the client would take that for a wish and stay away.
      socket.conn.close();
    }
  }

  function roundsOf(slug: string): Rounds<RoomSocket> {
    let round = rounds.get(slug);
    if (round === undefined) {
      round = createRounds<RoomSocket, EncodedEvents>({
        ...{ time, turns, isReady, send: writeEvents, encode: encodeTurn },
        participantOf: ({ data }) => data.claims.sub,
        isStaff: ({ data }) => data.staff,
        drop: ({ conn }) => conn.close(),
      });
      rounds.set(slug, round);
    }
    return round;
  }

  function deliver(slug: string, news: RoomNews): void {
    rounds.get(slug)?.push(news);
  }

  function leave(socket: RoomSocket): void {
    const { claims } = socket.data;
    const round = rounds.get(claims.room);
    round?.remove(socket);
    if (round?.size === 0) {
      round.close();
      rounds.delete(claims.room);
    }
    deps.left(claims, socket.id);
  }

  function take(socket: RoomSocket, name: CommandName, args: readonly unknown[]): void {
    // Whoever left the input out is told so.
    const ack = args.find((arg) => typeof arg === "function");
    const input = args[0] === ack ? undefined : args[0];
    const reply = typeof ack === "function" ? (ack as (value: unknown) => void) : () => {};
    const refuse = (document: Problem) => reply({ ok: false, problem: document });
    if (!socket.data.bucket.take(time.nowMs())) {
      socket.data.refused += 1;
      if (socket.data.refused > MAX_REFUSED) socket.disconnect(true);
      refuse(problem("request.rate_limited", { retryAfter: 1 }));
      return;
    }
    void run(socket, name, input).then(
      (value) => reply({ ok: true, value }),
      (error: unknown) => refuse(problemFor(error)),
    );
  }

  async function run(socket: RoomSocket, name: CommandName, input: unknown): Promise<unknown> {
    const { input: schema, action } = COMMANDS[name];
    if (!may(socket.data.standings, action)) throw new ProblemError("auth.forbidden");
    const parsed = schema.safeParse(input);
    if (!parsed.success)
      throw new ProblemError("request.invalid", {
        faults: parsed.error.issues.map(({ path, message }) => ({ path: path.join("/"), message })),
      });
    const handler = deps.commands[name] as (input: unknown, socket: RoomSocket) => Promise<unknown>;
    return await handler(parsed.data, socket);
  }

  function changeStandingHere(slug: string, participant: string, standing: Standing, has: boolean): void {
    for (const id of io.sockets.adapter.rooms.get(personOf(slug, participant)) ?? []) {
      const socket = io.sockets.sockets.get(id);
      if (socket === undefined || socket.data.standings.includes(standing) === has) continue;
      // Who is host by their token is so whatever becomes of the stage.
      if (standing === "host" && isHost(socket.data.claims)) continue;
      const others = socket.data.standings.filter((one) => one !== standing);
      socket.data.standings = has ? [standing, ...others] : others;
      socket.data.staff = isStaff(socket.data);
      if (standing === "host") void (has ? socket.join(hostsOf(slug)) : socket.leave(hostsOf(slug)));
      socket.emit("you.standings", [...socket.data.standings]);
      if (standing === "host" && has) void layOutDesk(socket);
    }
  }

  /** For who runs the room from here on: others had it in their snapshot. */
  async function layOutDesk(socket: RoomSocket): Promise<void> {
    try {
      const { hands, battleDesk } = await deps.desk(socket.data);
      if (hands !== undefined) socket.emit("stage.hands", hands);
      if (battleDesk !== undefined) socket.emit("battle.desk", battleDesk);
    } catch (error) {
      log.warn("somebody runs a room and was not told all of it", {
        ...{ room: socket.data.claims.room, err: error },
      });
    }
  }

  return {
    toRoom: (slug, event, ...args) => void io.to(roomOf(slug)).emit(event, ...args),
    toRoomHere: (slug, event, ...args) => void io.local.to(roomOf(slug)).emit(event, ...args),
    toAudience: (audience, slug, event, ...args) => {
      const inside = audience === "insiders";
      const to = inside ? io.to(insidersOf(slug)) : io.to(roomOf(slug)).except(insidersOf(slug));
      to.emit(event, ...args);
    },
    toHosts: (slug, event, ...args) => void io.to(hostsOf(slug)).emit(event, ...args),
    toPerson: (slug, participant, event, ...args) =>
      void io.to(personOf(slug, participant)).emit(event, ...args),
    deliver,
    react(slug, counts) {
      deliver(slug, { type: "reactions", counts });
      if (peers !== null) io.serverSideEmit("reactions", slug, counts);
    },
    tellBattle(slug, battle) {
      deliver(slug, { type: "battle", battle });
      if (peers !== null) io.serverSideEmit("battle", slug, battle);
    },
    tellPeers(slug, events) {
      if (peers !== null) io.serverSideEmit("appended", slug, [...events]);
    },
    tellPresence(news) {
      if (peers !== null) io.serverSideEmit("presence", news);
    },
    tellPeersWorkers(message) {
      if (peers !== null) io.serverSideEmit("workers", message);
    },
    changeStanding(...change) {
      changeStandingHere(...change);
      if (peers !== null) io.serverSideEmit("standing", ...change);
    },
    disconnect(participant, slug) {
      const who = slug === undefined ? bearerOf(participant) : personOf(slug, participant);
      // Here at once, whether or not the others can be told.
      for (const sockets of [io.local, io]) sockets.in(who).disconnectSockets(true);
    },
    expelStrangers(slug) {
      for (const sockets of [io.local, io])
        sockets.in(roomOf(slug)).except(trustedOf(slug)).disconnectSockets(true);
    },
    empty(slug) {
      for (const sockets of [io.local, io]) sockets.in(roomOf(slug)).disconnectSockets(true);
    },
    get sockets() {
      return io.engine.clientsCount;
    },
    async close() {
      for (const socket of io.sockets.sockets.values()) socket.conn.close();
      for (const round of rounds.values()) round.close();
      // The HTTP server is not the gateway's to close: detach from it, end the engine.
      io.engine.close();
      io.removeAllListeners();
      peers?.close();
    },
  };
}

function encodeTurn({ frame, viewers, reactions, battles }: Turn): EncodedEvents {
  return encodeEvents([
    ...(frame === null ? [] : [["room.events", frame] as const]),
    ...(viewers === null ? [] : [["room.viewers", viewers] as const]),
    ...(reactions === null ? [] : [["room.reactions", reactions] as const]),
    ...battles.map((battle) => ["room.battle", battle] as const),
  ]);
}

/** true for who reads what only staff may. */
function isStaff({ standings }: Pick<Admission, "standings">): boolean {
  return may(standings, "report.read");
}

/** true for who hears what hosts hear: they are the room's host, or it was handed to them. */
function runs({ claims, standings }: Pick<Admission, "claims" | "standings">): boolean {
  return isHost(claims) || standings.includes("host");
}

/** true for who may speak as the room's host: the role and, with it, the grant to publish. */
export function isHost(claims: Pick<RoomTokenClaims, "role" | "grants">): boolean {
  return claims.role === "host" && claims.grants.publish;
}
