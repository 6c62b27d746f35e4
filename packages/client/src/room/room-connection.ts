import { type Backoff, createBackoff, Emitter } from "@sameroom/base";
import type {
  Ack,
  ClientToServer,
  CommandInput,
  CommandName,
  CommandValue,
  EventPage,
  HostNotice,
  RoomEvent,
  RoomSnapshot,
  ServerToClient,
} from "@sameroom/contract";
import type { Socket } from "socket.io-client";
import type { Environment } from "../environment.ts";
import { ClientError, errorOfProblem, isPassing, isTokenFault, toClientError, toFailure } from "../errors.ts";
import { REALTIME_PATH } from "../http/addresses.ts";
import { parseProblem } from "../http/answers.ts";
import { fetchRoomEvents } from "../http/room-events.ts";
import type { Tokens } from "../http/tokens.ts";
import type {
  EventQuery,
  LogNews,
  PendingMessage,
  RoomConnection,
  RoomConnectionEvents,
  RoomConnectionState,
  SendOptions,
} from "../types.ts";
import { EarlyNews } from "./early-news.ts";
import { LogPosition } from "./log-position.ts";
import { Outbox } from "./outbox.ts";
import { ReactionGatherer } from "./reaction-gatherer.ts";
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
  readonly #url: string;
  readonly #mirror = new RoomMirror();
  readonly #early = new EarlyNews();
  readonly #log = new LogPosition();
  readonly #outbox: Outbox;
  readonly #reactions: ReactionGatherer;
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
    this.#url = url;
    this.#outbox = new Outbox(environment, {
      ask: (message) => this.command("chat.send", message),
      changed: (pending) => this.emit("pending", pending),
    });
    this.#reactions = new ReactionGatherer(environment, (reaction) => {
      this.command("reaction.send", reaction).catch(() => {});
    });
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

  get pending(): readonly PendingMessage[] {
    return this.#outbox.pending;
  }

  async notify(notice: HostNotice): Promise<void> {
    await this.command("host.notice", notice);
  }

  async end(): Promise<void> {
    await this.command("room.end", {});
  }

  send(text: string, options: SendOptions = {}): PendingMessage {
    return this.#outbox.send(text, options);
  }

  resend(id: string): void {
    this.#outbox.resend(id);
  }

  discard(id: string): void {
    this.#outbox.discard(id);
  }

  react(emoji: CommandInput<"reaction.send">["emoji"], captureUnixMs: number | null = null): void {
    this.#reactions.add(emoji, captureUnixMs);
  }

  async delete(message: number): Promise<void> {
    await this.command("chat.delete", { message });
  }

  async pin(message: number | null): Promise<void> {
    await this.command("chat.pin", { message });
  }

  async setChatMode(mode: CommandInput<"chat.mode">): Promise<void> {
    await this.command("chat.mode", mode);
  }

  history(query: EventQuery = {}): Promise<EventPage> {
    return fetchRoomEvents(this.#environment, this.#url, { room: this.#room, query });
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
      const after = this.#log.last;
      give(after === undefined ? { token } : { token, after });
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
    socket.on("disconnect", () => {
      this.#early.wait();
      this.#outbox.disconnected();
      this.#retryLater();
    });
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
      this.#tellLog(this.#log.takeSnapshot(snapshot.log));
      this.#outbox.connected();
      this.#early.release();
    });
    socket.on("room.events", (frame) => {
      // Those before the snapshot are in it.
      if (this.#log.last === undefined) return;
      const news = this.#log.takeFrame(frame);
      this.#follow(news.events);
      this.#tellLog(news);
    });
    this.#listenToMore();
    this.#hear("room.state", (change) => {
      mirror.changeState(change);
      this.emit("state", change);
    });
    this.#hear("room.viewers", (viewers) => {
      mirror.patchRoom({ viewers });
      this.emit("viewers", viewers);
    });
    this.#hear("room.updated", (room) => {
      mirror.patchRoom(room);
      this.emit("updated", room);
    });
    this.#hear("presence.joined", (who) => {
      mirror.join(who);
      this.emit("joined", who);
    });
    this.#hear("presence.left", (who) => {
      mirror.leave(who);
      this.emit("left", who);
    });
    this.#hear("host.notice", (notice) => {
      const status = mirror.apply(notice);
      if (status !== undefined) this.emit("status", status);
      this.emit("notice", notice);
    });
    this.#hear("host.health", (health) => this.emit("health", health));
    this.#hear("host.restream", (targets) => this.emit("restream", targets));
    this.#hear("host.source", (source) => {
      mirror.patch({ source });
      this.emit("source", source);
    });
    this.#hear("host.findings", (findings) => {
      mirror.patch({ findings });
      this.emit("findings", findings);
    });
    this.#hear("room.recording", (recording) => {
      mirror.patchRoom({ recording });
      this.emit("recording", recording);
    });
  }

  #listenToMore(): void {
    const mirror = this.#mirror;
    this.#hear("room.reactions", (counts) => this.emit("reactions", counts));
    this.#hear("you.standings", (standings) => {
      mirror.patch({ standings });
      this.emit("standings", standings);
    });
    this.#hear("stage.hands", (hands) => {
      mirror.patch({ hands });
      this.emit("hands", hands);
    });
    this.#hear("stage.invited", (by) => this.emit("invited", by));
    this.#hear("room.battle", (battle) => {
      if (mirror.takeBattle(battle)) this.emit("battle", battle);
    });
    this.#hear("battle.desk", (battleDesk) => {
      mirror.patch({ battleDesk });
      this.emit("battleDesk", battleDesk);
    });
  }

  /** What the server says of the room as it changes. */
  #hear<Name extends keyof ServerToClient>(name: Name, listener: ServerToClient[Name]): void {
    const call = listener as (...args: unknown[]) => void;
    const later = (...args: unknown[]) => this.#early.take(() => call(...args));
    this.#socket.on(name, later as never);
  }

  /** Keeps up to date what the snapshot has of the log. */
  #follow(events: readonly RoomEvent[]): void {
    const before = this.#mirror.snapshot;
    for (const event of events) this.#mirror.applyEvent(event, (sequence) => this.#log.message(sequence));
    const after = this.#mirror.snapshot;
    if (before === null || after === null) return;
    if (before.chat !== after.chat) this.emit("chat", after.chat);
    if (before.stage !== after.stage) this.emit("stage", after.stage);
    if (before.raid !== after.raid) this.emit("raid", after.raid ?? null);
    if (before.veil !== after.veil) this.emit("veil", after.veil ?? null);
    for (const { body } of events)
      if (body.type === "raid" && body.phase === "gone") this.emit("raidGoes", body.to);
    const pin = events.findLast(({ body }) => body.type === "message-pinned")?.body;
    if (pin?.type === "message-pinned" && pin.message !== null && after.chat.pinned === null)
      this.#fetchPinned(pin.message);
  }

  /** Somebody pinned what was said before this client came. */
  #fetchPinned(message: number): void {
    const before = this.#mirror.snapshot?.chat;
    this.history({ after: message - 1, limit: 1 }).then(
      ({ events: [pinned] }) => {
        const snapshot = this.#mirror.snapshot;
        if (pinned?.sequence !== message || snapshot === null || snapshot.chat !== before) return;
        const chat = { ...snapshot.chat, pinned };
        this.#mirror.patch({ chat });
        this.emit("chat", chat);
      },
      // The next snapshot has it.
      () => {},
    );
  }

  #tellLog(news: LogNews): void {
    this.#outbox.settle(news.events, this.#log.last ?? 0);
    this.emit("events", news);
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

  command<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<CommandValue<Name>> {
    return new Promise((resolve, reject) => {
      if (!this.#socket.connected) {
        reject(new ClientError("network.unreachable", "The room is not connected at the moment."));
        return;
      }
      const cancel = this.#environment.after(ACK_TIMEOUT_MS, () =>
        reject(new ClientError("network.unreachable", "The server did not answer.")),
      );
      const ack: Ack<CommandValue<Name>> = (answer) => {
        cancel();
        if (answer.ok) resolve(answer.value);
        else reject(errorOfProblem(answer.problem));
      };
      const emit = this.#socket.emit.bind(this.#socket) as (...args: unknown[]) => void;
      emit(name, input, ack);
    });
  }

  #release(): void {
    this.#cancelRetry();
    this.#offWake();
    this.#outbox.close();
    this.#reactions.close();
    this.#socket.removeAllListeners();
    this.#socket.disconnect();
  }

  #setConnection(state: RoomConnectionState): void {
    if (this.#connection === state || this.#connection === "closed") return;
    this.#connection = state;
    this.emit("connection", state);
  }
}
