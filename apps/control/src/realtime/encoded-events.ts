import type { Writable } from "node:stream";
import type { ServerToClient } from "@sameroom/contract";
import type { RoomSocket } from "./room-socket.ts";

/** Socket.IO events as they go over the wire together, made once for all who get them. */
export interface EncodedEvents {
  /** Engine.IO's messages. */
  readonly messages: readonly string[];
  /** The same for a WebSocket, framed and in one buffer, so that it is one system call. */
  readonly frames: Buffer;
}
/** An event's name and what it says. */
type NamedEvent = {
  [Name in keyof ServerToClient]: readonly [name: Name, ...args: Parameters<ServerToClient[Name]>];
}[keyof ServerToClient];

/** Socket.IO's packet type EVENT (https://socket.io/docs/v4/socket-io-protocol). */
const EVENT = "2";
/** Engine.IO's packet type message (https://socket.io/docs/v4/engine-io-protocol). */
const MESSAGE = "4";

/** Of at least one event. */
export function encodeEvents(events: readonly NamedEvent[]): EncodedEvents {
  const messages = events.map((event) => `${EVENT}${JSON.stringify(event)}`);
  return { messages, frames: Buffer.concat(messages.map((message) => textFrame(`${MESSAGE}${message}`))) };
}

/** true when what is written goes out now; else it would pile up here. */
export function isReady({ conn }: RoomSocket): boolean {
  const { readyState, transport } = conn;
  if (readyState !== "open" || !transport.writable) return false;
  const stream = streamOf(transport);
  return stream === undefined || (stream.writable && stream.writableLength === 0);
}

/** To one that {@link isReady}. */
export function writeEvents({ conn }: RoomSocket, { messages, frames }: EncodedEvents): void {
  // Nothing waits in the connection: whole frames may go past it, whose queue and events cost as much as the rest.
  const stream = streamOf(conn.transport);
  if (stream !== undefined) stream.write(frames);
  else for (const message of messages) conn.write(message);
}

/** What a WebSocket writes to; undefined: the transport is another one. */
function streamOf(transport: RoomSocket["conn"]["transport"]): Writable | undefined {
  if (transport.name !== "websocket") return undefined;
  return (transport as { socket?: { _socket?: Writable } }).socket?._socket;
}

/** A final, unmasked text frame (RFC 6455 section 5.2). */
function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = 0x81;
  frame[1] = head === 2 ? length : head === 4 ? 126 : 127;
  if (head === 4) frame.writeUInt16BE(length, 2);
  if (head === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.write(text, head);
  return frame;
}
