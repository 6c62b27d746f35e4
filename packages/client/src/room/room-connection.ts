import { type Backoff, createBackoff, Emitter } from "@sameroom/base";
import type { Ack, ClientToServer, HostNotice, RoomSnapshot, ServerToClient } from "@sameroom/contract";
import type { Socket } from "socket.io-client";
import type { Environment } from "../environment.ts";
import { ClientError, errorOfProblem, isPassing, isTokenFault, toClientError, toFailure } from "../errors.ts";
import { REALTIME_PATH } from "../http/addresses.ts";
import { parseProblem } from "../http/answers.ts";
import type { Tokens } from "../http/tokens.ts";
import type { RoomConnection, RoomConnectionEvents, RoomConnectionState } from "../types.ts";
import { RoomMirror } from "./room-mirror.ts";

const ACK_TIMEOUT_MS = 8000;
const CONNECT_TIMEOUT_MS = 10_000;
const BASE_DELAY_MS = 300;
const MAX_DELAY_MS = 10_000;

/** A room's events over Socket.IO, through every reconnection; a valid token each time, a whole snapshot each time. */
export class SocketRoom extends Emitter<RoomConnectionEvents> implements RoomConnection {
  readonly #environment: Environment;
  readonly #tokens: Tokens;
  readonly #room: string;
  readonly #socket: Socket<ServerToClient, ClientToServer>;
  readonly #mirror = new RoomMirror();
  readonly #backoff: Backoff;
  readonly #offWake: () => void;
  #connection: RoomConnectionState = "connecting";
  #wasConnected = false;
  #tokenRefused = false;
  /** Server time minus ours, ms. */
  #offsetMs: number | undefined;
  #cancelRetry: () => void = () => {};

  constructor(environment: Environment, tokens: Tokens, room: string, url: string) {
    super();
    this.#environment = environment;
    this.#tokens = tokens;
    this.#room = room;
    const random = { next: () => environment.random() };
    this.#backoff = createBackoff({ baseMs: BASE_DELAY_MS, maxMs: MAX_DELAY_MS, random });
    this.#socket = environment.createSocket(url, {
      path: REALTIME_PATH,
      autoConnect: false,
      forceNew: true,
      transports: ["websocket", "polling"],
      timeout: CONNECT_TIMEOUT_MS,
      // One owner of retries: this class, which knows tokens, refusals and when the page wakes up.
      reconnection: false,
      auth: (give) => void this.#authenticate(give),
    });
    this.#listen();
    this.#offWake = environment.onWake(() => this.#hurry());
    this.#socket.connect();
  }

  get connection(): RoomConnectionState {
    return this.#connection;
  }

  get snapshot(): RoomSnapshot | null {
    return this.#mirror.snapshot;
  }

  serverUnixMs(): number | null {
    return this.#offsetMs === undefined ? null : this.#environment.unixMs() + this.#offsetMs;
  }

  notify(notice: HostNotice): Promise<void> {
    return this.#ask((ack) => this.#socket.emit("host.notice", notice, ack));
  }

  end(): Promise<void> {
    return this.#ask((ack) => this.#socket.emit("room.end", ack));
  }

  close(): void {
    if (this.#connection === "closed") return;
    this.#release();
    this.#setConnection("closed");
    this.clear();
  }

  async #authenticate(give: (data: object) => void): Promise<void> {
    try {
      const { token } = await this.#tokens.get(this.#room);
      give({ token });
    } catch (thrown) {
      this.#refused(toClientError(thrown));
    }
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on("connect", () => {
      this.#wasConnected = true;
      this.#tokenRefused = false;
      this.#cancelRetry();
      this.#setConnection("connected");
    });
    socket.on("disconnect", () => this.#retryLater());
    socket.on("connect_error", (error: Error & { data?: unknown }) => {
      const problem = parseProblem(error.data);
      if (problem !== undefined) this.#refused(errorOfProblem(problem));
      else this.#refused(new ClientError("network.unreachable", "The server cannot be reached."));
    });
    this.#listenToRoom(socket);
  }

  #listenToRoom(socket: Socket<ServerToClient, ClientToServer>): void {
    const mirror = this.#mirror;
    socket.on("room.snapshot", (snapshot) => {
      // Only now: a server that accepts and drops at once must not be asked without pauses.
      this.#backoff.reset();
      this.#offsetMs = snapshot.serverUnixMs - this.#environment.unixMs();
      mirror.replace(snapshot);
      this.emit("snapshot", snapshot);
      this.emit("status", snapshot.host);
    });
    socket.on("room.state", (change) => {
      mirror.changeState(change);
      this.emit("state", change);
    });
    socket.on("room.viewers", (viewers) => {
      mirror.patchRoom({ viewers });
      this.emit("viewers", viewers);
    });
    socket.on("room.updated", (room) => {
      mirror.patchRoom(room);
      this.emit("updated", room);
    });
    socket.on("presence.joined", (who) => {
      mirror.join(who);
      this.emit("joined", who);
    });
    socket.on("presence.left", (who) => {
      mirror.leave(who);
      this.emit("left", who);
    });
    socket.on("host.notice", (notice) => {
      const status = mirror.apply(notice);
      if (status !== undefined) this.emit("status", status);
      this.emit("notice", notice);
    });
    socket.on("host.health", (health) => this.emit("health", health));
    socket.on("host.restream", (targets) => this.emit("restream", targets));
    socket.on("host.source", (source) => {
      mirror.patch({ source });
      this.emit("source", source);
    });
    socket.on("host.findings", (findings) => {
      mirror.patch({ findings });
      this.emit("findings", findings);
    });
    socket.on("room.recording", (recording) => {
      mirror.patchRoom({ recording });
      this.emit("recording", recording);
    });
  }

  #refused(error: ClientError): void {
    if (this.#connection === "closed" || this.#connection === "failed") return;
    const again = isTokenFault(error) && !this.#tokenRefused;
    if (isTokenFault(error)) {
      this.#tokenRefused = true;
      this.#tokens.forget(this.#room);
    }
    if (!again && !isPassing(error)) {
      this.#release();
      this.#setConnection("failed");
      this.emit("failure", toFailure(error, false));
      return;
    }
    // What a fresh token mends need not be told.
    if (!again) this.emit("failure", toFailure(error, true));
    this.#retryLater(again ? 0 : (error.retryAfterS ?? 0) * 1000);
  }

  #retryLater(leastMs = 0): void {
    if (this.#connection === "closed" || this.#connection === "failed") return;
    this.#setConnection(this.#wasConnected ? "reconnecting" : "connecting");
    this.#cancelRetry();
    const delayMs = Math.max(leastMs, this.#backoff.nextMs());
    this.#cancelRetry = this.#environment.after(delayMs, () => this.#reconnect());
  }

  #hurry(): void {
    if (this.#connection !== "connecting" && this.#connection !== "reconnecting") return;
    this.#backoff.reset();
    this.#reconnect();
  }

  #reconnect(): void {
    this.#cancelRetry();
    this.#socket.disconnect();
    this.#socket.connect();
  }

  #ask(send: (ack: Ack) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#socket.connected) {
        reject(new ClientError("network.unreachable", "The room is not connected at the moment."));
        return;
      }
      const cancel = this.#environment.after(ACK_TIMEOUT_MS, () =>
        reject(new ClientError("network.unreachable", "The server did not answer.")),
      );
      send((answer) => {
        cancel();
        if (answer.ok) resolve();
        else reject(errorOfProblem(answer.problem));
      });
    });
  }

  #release(): void {
    this.#cancelRetry();
    this.#offWake();
    this.#socket.removeAllListeners();
    this.#socket.disconnect();
  }

  #setConnection(state: RoomConnectionState): void {
    if (this.#connection === state || this.#connection === "closed") return;
    this.#connection = state;
    this.emit("connection", state);
  }
}
