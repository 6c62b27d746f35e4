import { type Backoff, createBackoff, Emitter } from "@sameroom/base";
import type {
  Problem,
  RecorderAnswer,
  RecorderOpened,
  RecorderToClient,
  RecorderToServer,
} from "@sameroom/contract";
import type { Socket } from "socket.io-client";
import type { Environment } from "../../environment.ts";
import {
  ClientError,
  errorOfProblem,
  isPassing,
  isTokenFault,
  toClientError,
  toFailure,
} from "../../errors.ts";
import { PATHS } from "../../http/addresses.ts";
import type { Tokens } from "../../http/tokens.ts";
import type { ClientFailure } from "../../types.ts";
import { ChunkLine } from "./chunk-line.ts";

const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 10_000;
const LEAVE_TIMEOUT_MS = 1000;
const BASE_DELAY_MS = 300;
const MAX_DELAY_MS = 5000;
/** The application needs a moment to learn that the broadcast was ended, or it would start the next one. */
const AFTER_CLOSED_MS = 1500;
/** Sessions one after the other whose bytes the server could not read. */
const MOST_UNREADABLE = 3;

type RecorderSocket = Socket<RecorderToClient, RecorderToServer>;

export type RecorderLinkEvents = {
  /** Chunks go out. `fresh`: a new session, which needs a recorder that was started anew. */
  open: [{ fresh: boolean }];
  lost: [];
  failure: [ClientFailure];
  /** For good. */
  failed: [];
};

export interface RecorderLinkOptions {
  environment: Environment;
  tokens: Tokens;
  room: string;
  /** What the recorder writes. */
  mimeType: () => string;
}

/** A recorder's session with the server through every reconnection: what was not acknowledged is sent again. */
export class RecorderLink extends Emitter<RecorderLinkEvents> {
  readonly line = new ChunkLine();
  readonly #options: RecorderLinkOptions;
  readonly #backoff: Backoff;
  readonly #offWake: () => void;
  #socket: RecorderSocket | undefined;
  #cancelTimer: () => void = () => {};
  #isOpen = false;
  #isOver = false;
  #resume: string | null = null;
  #tokenRefused = false;
  #unreadable = 0;

  constructor(options: RecorderLinkOptions) {
    super();
    this.#options = options;
    const { environment } = options;
    const random = { next: () => environment.random() };
    this.#backoff = createBackoff({ baseMs: BASE_DELAY_MS, maxMs: MAX_DELAY_MS, random });
    this.#offWake = environment.onWake(() => {
      if (this.#socket === undefined) void this.#connect();
    });
  }

  /** Begins. Call once, after listening. */
  connect(): void {
    void this.#connect();
  }

  /** Sends what the server takes now. Call after each chunk. */
  flush(): void {
    const { environment } = this.#options;
    const socket = this.#socket;
    if (!this.#isOpen || socket === undefined) return;
    for (const chunk of this.line.takeSendable(environment.nowMs()))
      socket.emit("chunk", chunk, (next) => {
        if (socket !== this.#socket || typeof next !== "number") return;
        this.line.acknowledge(next, environment.nowMs());
        this.flush();
      });
  }

  /** Ends for good; `leave`: the server is told. */
  async close(leave: boolean): Promise<void> {
    if (this.#isOver) return;
    const socket = this.#isOpen ? this.#socket : undefined;
    if (leave && socket !== undefined) {
      this.#isOver = true;
      await socket
        .timeout(LEAVE_TIMEOUT_MS)
        .emitWithAck("leave")
        .catch(() => {});
    }
    this.#release();
  }

  async #connect(): Promise<void> {
    this.#cancelTimer();
    this.#drop();
    const { environment, tokens, room } = this.#options;
    try {
      const { mediaUrl } = await tokens.get(room);
      if (this.#isOver || this.#socket !== undefined) return;
      const { origin, pathname } = new URL(mediaUrl);
      const socket: RecorderSocket = environment.createSocket(origin, {
        path: `${pathname.replace(/\/+$/, "")}${PATHS.recorder}`,
        forceNew: true,
        transports: ["websocket", "polling"],
        tryAllTransports: true,
        timeout: CONNECT_TIMEOUT_MS,
        // One owner of retries: this class.
        reconnection: false,
      });
      this.#socket = socket;
      const lost = () => this.#lose(socket, unreachable());
      socket.on("connect", () => void this.#open(socket));
      socket.on("connect_error", lost);
      socket.on("disconnect", lost);
      socket.on("closed", (problem) => this.#closedByServer(socket, problem));
    } catch (thrown) {
      this.#refused(toClientError(thrown));
    }
  }

  async #open(socket: RecorderSocket): Promise<void> {
    const { tokens, room, mimeType } = this.#options;
    try {
      const { token } = await tokens.get(room);
      const request = { token, room, mimeType: mimeType(), resume: this.#resume };
      const answer = (await socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck("open", request)) as RecorderAnswer;
      if (socket !== this.#socket) return;
      if ("opened" in answer) return this.#opened(answer.opened);
      if (answer.problem.code !== "recorder.session_not_found") throw errorOfProblem(answer.problem);
      this.#resume = null;
      await this.#open(socket);
    } catch (thrown) {
      // What is no refusal is the time that ran out.
      if (socket === this.#socket) this.#refused(thrown instanceof ClientError ? thrown : unreachable());
    }
  }

  #opened({ resume, next, windowBytes }: RecorderOpened): void {
    const nowMs = this.#options.environment.nowMs();
    const isSame = resume === this.#resume && this.line.open({ next, windowBytes, nowMs });
    if (!isSame) {
      this.line.reset();
      this.line.open({ next: 0, windowBytes, nowMs });
    }
    this.#resume = resume;
    this.#tokenRefused = false;
    this.#isOpen = true;
    this.#backoff.reset();
    this.emit("open", { fresh: !isSame });
    this.flush();
  }

  #closedByServer(socket: RecorderSocket, problem: Problem): void {
    if (socket !== this.#socket) return;
    this.#resume = null;
    this.#unreadable = problem.code === "recorder.unreadable" ? this.#unreadable + 1 : 0;
    const error = errorOfProblem(problem);
    if (error.code === "publish.replaced" || this.#unreadable >= MOST_UNREADABLE) this.#fail(error);
    else this.#retry(error, AFTER_CLOSED_MS);
  }

  #refused(error: ClientError): void {
    if (this.#isOver) return;
    const again = isTokenFault(error) && !this.#tokenRefused;
    if (isTokenFault(error)) {
      this.#tokenRefused = true;
      this.#options.tokens.forget(this.#options.room);
    }
    if (again) void this.#connect();
    else if (isPassing(error)) this.#retry(error, (error.retryAfterS ?? 0) * 1000);
    else this.#fail(error);
  }

  #lose(socket: RecorderSocket, error: ClientError): void {
    if (socket === this.#socket) this.#retry(error, 0);
  }

  #retry(error: ClientError, leastMs: number): void {
    if (this.#isOver) return;
    this.#drop();
    this.#cancelTimer();
    const delayMs = Math.max(leastMs, this.#backoff.nextMs());
    this.#cancelTimer = this.#options.environment.after(delayMs, () => void this.#connect());
    this.emit("lost");
    this.emit("failure", toFailure(error, true));
  }

  #fail(error: ClientError): void {
    this.#release();
    this.emit("failure", toFailure(error, false));
    this.emit("failed");
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isOpen = false;
    socket?.removeAllListeners();
    socket?.disconnect();
  }

  #release(): void {
    this.#isOver = true;
    this.#cancelTimer();
    this.#offWake();
    this.#drop();
  }
}

function unreachable(): ClientError {
  return new ClientError("network.unreachable", "The server cannot be reached.");
}
