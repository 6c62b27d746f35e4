import type { ServerToClient } from "@sameroom/contract";
import type { RoomSocket } from "./room-socket.ts";

/** A Socket.IO event as it goes over the wire, made once for all who get it. */
export interface EncodedEvent {
  /** Engine.IO's message. */
  readonly message: string;
  /** The same for a WebSocket, framed; every socket is handed this one. */
  readonly packets: EnginePacket[];
}
type EnginePacket = Parameters<RoomSocket["conn"]["transport"]["send"]>[0][number];

/** Socket.IO's packet type EVENT (https://socket.io/docs/v4/socket-io-protocol). */
const EVENT = "2";
/** Engine.IO's packet type message (https://socket.io/docs/v4/engine-io-protocol). */
const MESSAGE = "4";

export function encodeEvent<Name extends keyof ServerToClient>(
  name: Name,
  ...args: Parameters<ServerToClient[Name]>
): EncodedEvent {
  const message = `${EVENT}${JSON.stringify([name, ...args])}`;
  // Written as it is instead of being framed again for each socket; one buffer, so that it is one system call.
  const options = { compress: false, wsPreEncodedFrame: [textFrame(`${MESSAGE}${message}`)] };
  return { message, packets: [{ type: "message", data: message, options }] };
}

/** true when what is written goes out now; else it would pile up here. */
export function isReady({ conn }: RoomSocket): boolean {
  return conn.readyState === "open" && conn.transport.writable;
}

/** To one that {@link isReady}. */
export function writeEvent({ conn }: RoomSocket, { message, packets }: EncodedEvent): void {
  // Nothing waits in the connection: its queue can be left out, which costs as much as the rest.
  if (conn.transport.name === "websocket") conn.transport.send(packets);
  else conn.write(message);
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
