import { Emitter } from "@sameroom/base";
import {
  type Ack,
  type ClientToServer,
  type HostNotice,
  type HostStatus,
  problemSchema,
  REALTIME_PATH,
  type RoomSnapshot,
  type ServerToClient,
} from "@sameroom/contract";
import { io, type Socket } from "socket.io-client";
import type { Environment } from "../environment.ts";
import { ClientError, isPassing, isStaleToken, toClientError, toFailure } from "../errors.ts";
import type { Tokens } from "../http/tokens.ts";
import type { RoomConnection, RoomConnectionEvents, RoomConnectionState } from "../types.ts";

const ACK_TIMEOUT_MS = 8000;
const RETRY_MS = 1500;

/** A room's events over Socket.IO, through every reconnection; a fresh token each time, a whole snapshot each time. */
export class SocketRoom extends Emitter<RoomConnectionEvents> implements RoomConnection {
  readonly #environment: Environment;
  readonly #tokens: Tokens;
  readonly #room: string;
  readonly #socket: Socket<ServerToClient, ClientToServer>;
  #connection: RoomConnectionState = "connecting";
  #snapshot: RoomSnapshot | null = null;
  #wasConnected = false;
  #cancelRetry: () => void = () => {};

  constructor(environment: Environment, tokens: Tokens, room: string, url: string) {
    super();
    this.#environment = environment;
    this.#tokens = tokens;
    this.#room = room;
    this.#socket = io(url, {
      path: REALTIME_PATH,
      autoConnect: false,
      forceNew: true,
      transports: ["websocket", "polling"],
      reconnectionDelay: 300,
      reconnectionDelayMax: 10_000,
      randomizationFactor: 0.5,
      auth: (give) => void this.#authenticate(give),
    });
    this.#listen();
    this.#socket.connect();
  }

  get connection(): RoomConnectionState {
    return this.#connection;
  }

  get snapshot(): RoomSnapshot | null {
    return this.#snapshot;
  }

  notify(notice: HostNotice): Promise<void> {
    return this.#ask((ack) => this.#socket.emit("host.notice", notice, ack));
  }

  end(): Promise<void> {
    return this.#ask((ack) => this.#socket.emit("room.end", ack));
  }

  close(): void {
    if (this.#connection === "closed") return;
    this.#cancelRetry();
    this.#setConnection("closed");
    this.#socket.removeAllListeners();
    this.#socket.disconnect();
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
      this.#setConnection("connected");
    });
    socket.on("disconnect", (reason) => {
      this.#setConnection("reconnecting");
      // Socket.IO does not come back by itself when the server said goodbye.
      if (reason === "io server disconnect") this.#retryLater();
    });
    socket.on("connect_error", (error: Error & { data?: unknown }) => {
      const parsed = problemSchema.safeParse(error.data);
      if (!parsed.success) {
        this.#setConnection(this.#wasConnected ? "reconnecting" : "connecting");
        return;
      }
      this.#refused(new ClientError(parsed.data.code, parsed.data.detail ?? parsed.data.title, parsed.data));
    });
    socket.on("room.snapshot", (snapshot) => {
      this.#snapshot = snapshot;
      this.emit("snapshot", snapshot);
      this.emit("status", snapshot.host);
    });
    socket.on("room.state", (change) => {
      this.#patchRoom({ state: change.state });
      if (this.#snapshot !== null)
        this.#snapshot = { ...this.#snapshot, graceEndsUnixMs: change.graceEndsUnixMs };
      this.emit("state", change);
    });
    socket.on("room.viewers", (viewers) => {
      this.#patchRoom({ viewers });
      this.emit("viewers", viewers);
    });
    socket.on("room.updated", (room) => {
      this.#patchRoom(room);
      this.emit("updated", room);
    });
    socket.on("presence.joined", (who) => {
      this.#patchPeople((people) => [
        ...people.filter((other) => other.participant !== who.participant),
        who,
      ]);
      this.emit("joined", who);
    });
    socket.on("presence.left", (who) => {
      this.#patchPeople((people) => people.filter((other) => other.participant !== who.participant));
      this.emit("left", who);
    });
    socket.on("host.notice", (notice) => {
      this.#applyNotice(notice);
      this.emit("notice", notice);
    });
    socket.on("host.health", (health) => this.emit("health", health));
  }

  #refused(error: ClientError): void {
    if (isStaleToken(error)) this.#tokens.forget(this.#room);
    const passing = isPassing(error) || isStaleToken(error);
    this.emit("failure", toFailure(error, passing));
    if (passing) this.#retryLater();
    else {
      this.#setConnection("failed");
      this.#socket.disconnect();
    }
  }

  #retryLater(): void {
    this.#setConnection(this.#wasConnected ? "reconnecting" : "connecting");
    this.#cancelRetry();
    this.#cancelRetry = this.#environment.after(RETRY_MS * (0.5 + this.#environment.random()), () => {
      this.#socket.disconnect();
      this.#socket.connect();
    });
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
        else
          reject(
            new ClientError(
              answer.problem.code,
              answer.problem.detail ?? answer.problem.title,
              answer.problem,
            ),
          );
      });
    });
  }

  #patchRoom(changes: Partial<RoomSnapshot["room"]>): void {
    if (this.#snapshot !== null)
      this.#snapshot = { ...this.#snapshot, room: { ...this.#snapshot.room, ...changes } };
  }

  #patchPeople(change: (people: RoomSnapshot["people"]) => RoomSnapshot["people"]): void {
    if (this.#snapshot !== null)
      this.#snapshot = { ...this.#snapshot, people: change(this.#snapshot.people) };
  }

  #applyNotice(notice: HostNotice): void {
    if (notice.kind === "title") this.#patchRoom({ title: notice.title });
    const changes = statusChange(notice);
    if (changes === undefined || this.#snapshot === null) return;
    const host = { ...this.#snapshot.host, ...changes };
    this.#snapshot = { ...this.#snapshot, host };
    this.emit("status", host);
  }

  #setConnection(state: RoomConnectionState): void {
    if (this.#connection === state || this.#connection === "closed") return;
    this.#connection = state;
    this.emit("connection", state);
  }
}

function statusChange(notice: HostNotice): Partial<HostStatus> | undefined {
  if (notice.kind === "microphone") return { microphoneMuted: notice.muted };
  if (notice.kind === "camera") return { cameraOff: notice.off };
  return notice.kind === "screen" ? { screenSharing: notice.sharing } : undefined;
}
