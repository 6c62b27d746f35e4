import type { Server as HttpServer } from "node:http";
import { type Clock, type Log, logWith, type Random, type Timers } from "@sameroom/base";
import {
  type GoneReason,
  problem,
  RECORDER_CHUNK_BYTES,
  RECORDER_PATH,
  RECORDER_RESUME_MS,
  type RecorderAnswer,
  type RecorderToClient,
  type RecorderToServer,
  recorderChunkSchema,
  recorderOpenSchema,
} from "@sameroom/contract";
import { Server as Engine } from "engine.io";
import { type DefaultEventsMap, Server, type Socket } from "socket.io";
import { MediaError } from "../../node/media-error.ts";
import type { EncoderDoor, EncoderFeed } from "../encoder/types.ts";
import { HalfOpen, type HalfOpenLimits, type HalfOpenPlace } from "../half-open.ts";
import { readerOf } from "./container-reader.ts";
import { KeptSessions } from "./kept-sessions.ts";
import { RateBudget } from "./rate-budget.ts";
import { addressOf, softwareOf } from "./recorder-caller.ts";
import { endCodeOf, openProblemOf } from "./recorder-problems.ts";
import { RecorderSession } from "./recorder-session.ts";

const LIMITS: HalfOpenLimits = { most: 512, mostPerAddress: 32 };
const OPEN_TIMEOUT_MS = 10_000;
/** A second of the best quality and more. */
const WINDOW_BYTES = 2 * 1024 * 1024;
/** A sender that keeps to the window has a chunk more on its way at most. */
const MOST_UNACKNOWLEDGED = WINDOW_BYTES + RECORDER_CHUNK_BYTES;
const RATE = { bytesPerSecond: 4 * 1024 * 1024, burstBytes: 16 * 1024 * 1024 };
const MESSAGE_OVERHEAD_BYTES = 16 * 1024;
const SECRET_BYTES = 16;

interface SocketData {
  place: HalfOpenPlace;
  cancelTimeout: () => void;
  /** `opening`: the door is asked. */
  state: "new" | "opening" | "open";
  session: RecorderSession | undefined;
  unacknowledged: number;
  budget: RateBudget;
}
type Io = Server<RecorderToServer, RecorderToClient, DefaultEventsMap, SocketData>;
type RecorderSocket = Socket<RecorderToServer, RecorderToClient, DefaultEventsMap, SocketData>;

export interface RecorderIngestOptions {
  door: EncoderDoor;
  clock: Clock;
  timers: Timers;
  random: Pick<Random, "bytes">;
  log: Log;
  /** Believe `X-Forwarded-For`. */
  trustProxy: boolean;
  /** Default: 512 that have not opened a session yet, 32 of them from one address. */
  limits?: HalfOpenLimits;
}

/** Hosts whose network lets no WebRTC through: what their browsers record, over Socket.IO on the media port. */
export class RecorderIngest {
  readonly #options: RecorderIngestOptions;
  readonly #engine: Engine;
  readonly #io: Io;
  readonly #halfOpen: HalfOpen;
  readonly #kept: KeptSessions<RecorderSocket>;
  #receivedBytes = 0;
  #resumed = 0;
  #isClosed = false;

  constructor(options: RecorderIngestOptions) {
    this.#options = options;
    this.#halfOpen = new HalfOpen(options.limits ?? LIMITS);
    this.#kept = new KeptSessions(options.timers, RECORDER_RESUME_MS);
    // Connections live off their token, never off cookies: a page of any site may use a token it was given.
    const settings = {
      cors: { origin: "*" },
      maxHttpBufferSize: RECORDER_CHUNK_BYTES + MESSAGE_OVERHEAD_BYTES,
      serveClient: false,
    };
    this.#engine = new Engine(settings);
    this.#io = new Server({ ...settings, connectTimeout: OPEN_TIMEOUT_MS });
    this.#io.bind(this.#engine);
    this.#io.on("connection", (socket) => this.#enter(socket));
  }

  /** For metrics. */
  get counts(): { waiting: number; publishing: number; receivedBytes: number; resumed: number } {
    return {
      waiting: this.#halfOpen.size,
      publishing: this.#kept.size,
      receivedBytes: this.#receivedBytes,
      resumed: this.#resumed,
    };
  }

  /** Answers on this server, too, at {@link RECORDER_PATH}. */
  attach(server: HttpServer): void {
    this.#engine.attach(server, { path: RECORDER_PATH, destroyUpgrade: false });
  }

  /** Ends all sessions and connections. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#kept.endAll();
    this.#io.disconnectSockets(true);
    await this.#io.close();
    this.#engine.close();
  }

  #enter(socket: RecorderSocket): void {
    const { timers, log } = this.#options;
    const address = addressOf(socket, this.#options.trustProxy);
    const place = this.#halfOpen.enter(address, () => socket.disconnect(true));
    if (place === undefined || this.#isClosed) {
      place?.leave();
      log.debug("recorder turned away: too many from its address", { from: address });
      socket.disconnect(true);
      return;
    }
    const cancelTimeout = timers.after(OPEN_TIMEOUT_MS, () => {
      log.info("recorder gone: it opened no session", { from: address });
      socket.disconnect(true);
    });
    const data: SocketData = {
      ...{ place, cancelTimeout, state: "new", session: undefined },
      ...{ unacknowledged: 0, budget: new RateBudget(RATE) },
    };
    Object.assign(socket.data, data);
    socket.on("open", (request, answer) => void this.#open(socket, request, answer));
    socket.on("chunk", (chunk, acknowledge) => this.#take(socket, chunk, acknowledge));
    socket.on("leave", (acknowledge) => this.#leave(socket, acknowledge));
    socket.on("disconnect", () => this.#lose(socket));
  }

  async #open(
    socket: RecorderSocket,
    request: unknown,
    answer: (answer: RecorderAnswer) => void,
  ): Promise<void> {
    if (typeof answer !== "function" || socket.data.state !== "new") return this.#drop(socket, "out of turn");
    const parsed = recorderOpenSchema.safeParse(request);
    if (!parsed.success) return answer({ problem: problem("request.invalid") });
    const { room, token, mimeType, resume } = parsed.data;
    const createReader = readerOf(mimeType);
    if (createReader === undefined)
      return answer({ problem: problem("recorder.unsupported", { detail: mimeType }) });
    if (resume !== null) {
      const kept = this.#kept.get(resume);
      if (kept?.session.feed.room !== room) return answer({ problem: problem("recorder.session_not_found") });
      this.#resumed += 1;
      kept.connection?.disconnect(true);
      this.#log(kept.session.feed).info("recorder back", {
        from: addressOf(socket, this.#options.trustProxy),
      });
      return answer(this.#keep(socket, kept.session));
    }
    socket.data.state = "opening";
    let session: RecorderSession | undefined;
    let endedEarly: GoneReason | undefined;
    try {
      const feed = await this.#options.door.open({
        ...{
          protocol: "recorder",
          credential: token,
          room,
          from: addressOf(socket, this.#options.trustProxy),
        },
        ...softwareOf(socket),
        onClosed: (reason) => {
          endedEarly = reason;
          this.#closedByServer(session, reason);
        },
      });
      const bytes = this.#options.random.bytes(SECRET_BYTES);
      session = new RecorderSession({
        ...{ feed, createReader, resume: Buffer.from(bytes).toString("base64url") },
      });
      if (!socket.connected) return feed.close("connection-lost");
      if (endedEarly !== undefined) throw new MediaError(endCodeOf(endedEarly));
      answer(this.#keep(socket, session));
    } catch (thrown) {
      socket.data.state = "new";
      answer({ problem: openProblemOf(thrown, this.#options.log) });
    }
  }

  /** The connection feeds the session from now on. */
  #keep(socket: RecorderSocket, session: RecorderSession): RecorderAnswer {
    this.#kept.keep(session, socket);
    socket.data.state = "open";
    socket.data.session = session;
    socket.data.place.leave();
    socket.data.cancelTimeout();
    return { opened: { resume: session.resume, next: session.next, windowBytes: WINDOW_BYTES } };
  }

  #take(socket: RecorderSocket, chunk: unknown, acknowledge: (next: number) => void): void {
    const { session, budget } = socket.data;
    const parsed = recorderChunkSchema.safeParse(chunk);
    if (session === undefined || !parsed.success || typeof acknowledge !== "function") {
      this.#drop(socket, "a chunk that is none, or out of turn");
      return;
    }
    const { clock, timers } = this.#options;
    const { length } = parsed.data.bytes;
    this.#receivedBytes += length;
    socket.data.unacknowledged += length;
    if (socket.data.unacknowledged > MOST_UNACKNOWLEDGED) {
      this.#drop(socket, "it does not wait for acknowledgements");
      return;
    }
    session.take(parsed.data, clock.nowMs());
    if (session.fault !== undefined) {
      this.#giveUp(session);
      return;
    }
    const done = () => {
      socket.data.unacknowledged -= length;
      acknowledge(session.next);
    };
    const waitMs = budget.take(length, clock.nowMs());
    if (waitMs === 0) done();
    else timers.after(waitMs, done);
  }

  #leave(socket: RecorderSocket, acknowledge: () => void): void {
    const { session } = socket.data;
    const kept = this.#kept.of(session);
    if (kept !== undefined) this.#kept.end(kept, "left");
    if (typeof acknowledge === "function") acknowledge();
    socket.disconnect();
  }

  /** The session waits for another connection. */
  #lose(socket: RecorderSocket): void {
    socket.data.place.leave();
    socket.data.cancelTimeout();
    const { session } = socket.data;
    const kept = this.#kept.of(session);
    if (kept === undefined || kept.connection !== socket) return;
    this.#log(kept.session.feed).info("recorder lost; it may come back", { waitMs: RECORDER_RESUME_MS });
    this.#kept.wait(kept);
  }

  #closedByServer(session: RecorderSession | undefined, reason: GoneReason): void {
    const kept = this.#kept.of(session);
    if (kept === undefined) return;
    this.#kept.forget(kept);
    kept.connection?.emit("closed", problem(endCodeOf(reason)));
    kept.connection?.disconnect();
  }

  #giveUp(session: RecorderSession): void {
    const kept = this.#kept.of(session);
    if (kept === undefined) return;
    this.#log(session.feed).warn("recorder gone: what it sends cannot be read", { fault: session.fault });
    const socket = kept.connection;
    this.#kept.end(kept, "connection-lost");
    socket?.emit("closed", problem("recorder.unreadable", { detail: session.fault ?? "" }));
    socket?.disconnect();
  }

  #drop(socket: RecorderSocket, why: string): void {
    this.#options.log.info("recorder gone", { from: addressOf(socket, this.#options.trustProxy), why });
    socket.disconnect(true);
  }

  #log({ room, session }: EncoderFeed): Log {
    return logWith(this.#options.log, { room, session });
  }
}
