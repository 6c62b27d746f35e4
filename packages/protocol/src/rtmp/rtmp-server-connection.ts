import type { Random } from "@sameroom/base";
import { DEFAULT_CHUNK_SIZE, RtmpChunkReader } from "./chunk-reader.ts";
import { serializeChunks } from "./chunk-writer.ts";
import { parseCommand, type RtmpCommand } from "./command.ts";
import { MESSAGE_TYPE, type RtmpMessage, USER_CONTROL } from "./message-type.ts";
import { OutgoingBytes } from "./outgoing-bytes.ts";
import { parseAmf0 } from "./parse-amf0.ts";
import { RtmpError } from "./rtmp-error.ts";
import { RTMP_LIMITS } from "./rtmp-limits.ts";
import { onStatus } from "./server-answers.ts";
import { type Caller, ServerCommands } from "./server-commands.ts";
import { RtmpServerHandshake } from "./server-handshake.ts";
import { splitAggregate } from "./split-aggregate.ts";
import { DEFAULT_WINDOW, TrafficReports, uint32Message, userControl } from "./traffic-reports.ts";
import type { RtmpCloseCause, RtmpEvent, RtmpRefusal } from "./types.ts";

/** Of what we send; announced at once. */
const CHUNK_SIZE = 4096;
const CONTROL_CHUNK_STREAM = 2;
const COMMAND_CHUNK_STREAM = 3;
/** Set peer bandwidth, limit type dynamic (RTMP 1.0 section 5.4.5). */
const DYNAMIC = 2;

export interface RtmpConnectionOptions {
  random: Pick<Random, "bytes">;
  /** From the first byte, or the end of a stream, to `publish`; default 10,000. */
  publishTimeoutMs?: number;
  /** Without a byte while publishing; default 15,000. */
  idleTimeoutMs?: number;
}

/**
 * The server's side of an RTMP connection that publishes (Adobe RTMP 1.0, enhanced RTMP v2), without I/O: hand in bytes and
 * time, then take events and output. Whatever comes in, nothing throws; what is not RTMP closes the connection.
 */
export class RtmpServerConnection {
  readonly #handshake: RtmpServerHandshake;
  readonly #reader = new RtmpChunkReader();
  readonly #reports = new TrafficReports();
  readonly #outgoing = new OutgoingBytes();
  readonly #commands: ServerCommands;
  readonly #publishTimeoutMs: number;
  readonly #idleTimeoutMs: number;
  #outgoingChunkSize = DEFAULT_CHUNK_SIZE;
  #events: RtmpEvent[] = [];
  #state: "open" | "asking" | "publishing" | "closed" = "open";
  /** The message stream that is published on, or wants to. */
  #streamId = 0;
  #deadlineMs: number;

  constructor(nowMs: number, options: RtmpConnectionOptions) {
    const { random, publishTimeoutMs = 10_000, idleTimeoutMs = 15_000 } = options;
    this.#handshake = new RtmpServerHandshake(random);
    this.#publishTimeoutMs = publishTimeoutMs;
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#deadlineMs = nowMs + publishTimeoutMs;
    const caller: Caller = {
      send: (message) => this.#send(message),
      greet: () => this.#greet(),
      publish: (streamId, request) => {
        this.#streamId = streamId;
        this.#state = "asking";
        this.#events.push({ type: "publish", request });
      },
      unpublish: (streamId) => this.#unpublish(streamId),
      close: (reason) => this.#close("refused", reason),
    };
    this.#commands = new ServerCommands(caller);
  }

  /** Waits for `accept` or `refuse`: reading on makes no sense. */
  get isAsking(): boolean {
    return this.#state === "asking";
  }

  /** `accept` came, and no end of the stream since. */
  get isPublishing(): boolean {
    return this.#state === "publishing";
  }

  /** As the last answered ping tells, ms. */
  get roundTripMs(): number | undefined {
    return this.#reports.roundTripMs;
  }

  /** When {@link handleTimeout} should be called next, unless something else happens before; undefined: never. */
  get nextTimeoutMs(): number | undefined {
    return this.#state === "closed" || this.#state === "asking" ? undefined : this.#deadlineMs;
  }

  handleBytes(nowMs: number, bytes: Uint8Array): void {
    if (this.#state === "closed") return;
    if (this.#state === "publishing") this.#deadlineMs = nowMs + this.#idleTimeoutMs;
    this.#guard(() => {
      let rest = bytes;
      if (!this.#handshake.isDone) {
        const { taken, answer } = this.#handshake.take(bytes);
        if (answer !== undefined) this.#outgoing.add(answer);
        rest = bytes.subarray(taken);
        if (!this.#handshake.isDone) return;
      }
      const report = this.#reports.received(bytes.length);
      if (report !== undefined) this.#send(report);
      this.#reader.push(rest);
      this.#readMessages(nowMs);
    });
  }

  /** Closes what has waited too long, and measures the way. */
  handleTimeout(nowMs: number): void {
    if (this.#state === "publishing") {
      const ping = this.#reports.ping(nowMs);
      if (ping !== undefined) this.#send(ping);
    }
    if (this.nextTimeoutMs === undefined || nowMs < this.#deadlineMs) return;
    this.#close(
      "timeout",
      this.#state === "publishing" ? "nothing came any more" : "nothing was published in time",
    );
  }

  /** Who asked to publish is welcome. */
  accept(nowMs: number): void {
    if (this.#state !== "asking") return;
    this.#state = "publishing";
    this.#deadlineMs = nowMs + this.#idleTimeoutMs;
    this.#reader.maxMessageBytes = RTMP_LIMITS.messageBytes;
    this.#send(userControl(USER_CONTROL.streamBegin, this.#streamId));
    this.#send(onStatus(this.#streamId, "status", "NetStream.Publish.Start", "You are on air."));
    this.#guard(() => this.#readMessages(nowMs));
  }

  /** Who asked to publish is not; `description` is what encoders show. The connection ends. */
  refuse(code: RtmpRefusal, description: string): void {
    if (this.#state !== "asking") return;
    this.#send(onStatus(this.#streamId, "error", code, description));
    this.#close("refused", description);
  }

  /** The server ends it; `description` is told to a publishing encoder. */
  end(description: string): void {
    if (this.#state === "publishing") {
      this.#send(userControl(USER_CONTROL.streamEnd, this.#streamId));
      this.#send(onStatus(this.#streamId, "status", "NetStream.Unpublish.Success", description));
    }
    this.#close("server", description);
  }

  /** What to send now; undefined: nothing. */
  pollOutput(): Uint8Array | undefined {
    return this.#outgoing.take();
  }

  /** What has happened since the last call. */
  takeEvents(): RtmpEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #readMessages(nowMs: number): void {
    while (this.#state === "open" || this.#state === "publishing") {
      const message = this.#reader.next();
      if (message === undefined) return;
      this.#take(nowMs, message);
    }
    if (this.#state === "asking" && this.#reader.waiting > RTMP_LIMITS.heldBytes) {
      throw new RtmpError("media before it was welcome");
    }
  }

  #take(nowMs: number, message: RtmpMessage): void {
    switch (message.type) {
      case MESSAGE_TYPE.commandAmf0:
      case MESSAGE_TYPE.commandAmf3:
        this.#call(nowMs, parseCommand(message));
        break;
      case MESSAGE_TYPE.audio:
      case MESSAGE_TYPE.video:
      case MESSAGE_TYPE.dataAmf0:
      case MESSAGE_TYPE.dataAmf3:
        this.#takeMedia(message);
        break;
      case MESSAGE_TYPE.aggregate:
        for (const inner of splitAggregate(message)) this.#takeMedia(inner);
        break;
      default:
        this.#control(nowMs, message);
    }
  }

  #call(nowMs: number, command: RtmpCommand | undefined): void {
    if (command === undefined) throw new RtmpError("a malformed command");
    const wasPublishing = this.#state === "publishing";
    this.#commands.handle(command, { isBusy: this.#state !== "open" });
    if (wasPublishing && this.#state === "open") this.#deadlineMs = nowMs + this.#publishTimeoutMs;
  }

  /** RTMP 1.0 section 7.2.1.1. */
  #greet(): void {
    this.#send(uint32Message(MESSAGE_TYPE.windowAcknowledgementSize, DEFAULT_WINDOW));
    const bandwidth = uint32Message(MESSAGE_TYPE.setPeerBandwidth, DEFAULT_WINDOW);
    this.#send({ ...bandwidth, payload: Uint8Array.of(...bandwidth.payload, DYNAMIC) });
    this.#send(uint32Message(MESSAGE_TYPE.setChunkSize, CHUNK_SIZE));
  }

  /** On whatever message stream it comes: a connection publishes one. */
  #takeMedia({ type, timestamp, payload }: RtmpMessage): void {
    if (this.#state !== "publishing") return;
    if (type === MESSAGE_TYPE.audio || type === MESSAGE_TYPE.video) {
      const kind = type === MESSAGE_TYPE.audio ? "audio" : "video";
      this.#events.push({ type: "media", kind, timestampMs: timestamp, body: payload });
      return;
    }
    const values = parseAmf0(payload, type === MESSAGE_TYPE.dataAmf3 && payload[0] === 0 ? 1 : 0) ?? [];
    const told = values[0] === "@setDataFrame" ? values.slice(1) : values;
    const [name, metadata] = told;
    if (name === "onMetaData" && metadata instanceof Map)
      this.#events.push({ type: "metadata", values: metadata });
  }

  #control(nowMs: number, { type, payload }: RtmpMessage): void {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const number = payload.length >= 4 ? view.getUint32(0) : undefined;
    if (type === MESSAGE_TYPE.setChunkSize && number !== undefined) this.#reader.setChunkSize(number);
    else if (type === MESSAGE_TYPE.abort && number !== undefined) this.#reader.abort(number);
    else if (type === MESSAGE_TYPE.windowAcknowledgementSize && number !== undefined)
      this.#reports.setWindow(number);
    else if (type === MESSAGE_TYPE.userControl && payload.length >= 6) {
      const event = view.getUint16(0);
      if (event === USER_CONTROL.pingRequest)
        this.#send(userControl(USER_CONTROL.pingResponse, view.getUint32(2)));
      else if (event === USER_CONTROL.pingResponse) this.#reports.pong(nowMs, view.getUint32(2));
    }
  }

  #unpublish(streamId: number): void {
    if (this.#state !== "publishing" || streamId !== this.#streamId) return;
    this.#state = "open";
    this.#reader.maxMessageBytes = RTMP_LIMITS.commandBytes;
    this.#send(onStatus(streamId, "status", "NetStream.Unpublish.Success", "The stream has ended."));
    this.#events.push({ type: "unpublish" });
  }

  #send(message: RtmpMessage): void {
    const isCommand = message.type === MESSAGE_TYPE.commandAmf0;
    const chunkStream = isCommand ? COMMAND_CHUNK_STREAM : CONTROL_CHUNK_STREAM;
    this.#outgoing.add(serializeChunks(message, chunkStream, this.#outgoingChunkSize));
    if (message.type === MESSAGE_TYPE.setChunkSize) this.#outgoingChunkSize = CHUNK_SIZE;
  }

  /** Runs what reads a peer's bytes; what they break ends the connection, not the program. */
  #guard(read: () => void): void {
    try {
      read();
    } catch (thrown) {
      if (!(thrown instanceof RtmpError)) throw thrown;
      this.#close("protocol", thrown.message);
    }
  }

  #close(cause: RtmpCloseCause, reason: string): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#events.push({ type: "closed", cause, reason });
  }
}
