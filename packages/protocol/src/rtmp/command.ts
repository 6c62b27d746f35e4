import type { AmfObject, AmfValue } from "./amf-value.ts";
import { MESSAGE_TYPE, type RtmpMessage } from "./message-type.ts";
import { parseAmf0 } from "./parse-amf0.ts";
import { serializeAmf0 } from "./serialize-amf0.ts";

/** A call of one side at the other (RTMP 1.0 section 7.2). */
export interface RtmpCommand {
  name: string;
  /** Names the call in the answer; 0: none is wanted. */
  transaction: number;
  /** The command object and everything behind it. */
  values: AmfValue[];
  /** Message stream it came on. */
  streamId: number;
}

/** The command in a message of type 17 or 20; undefined when malformed. Never throws. */
export function parseCommand({ type, payload, streamId }: RtmpMessage): RtmpCommand | undefined {
  // Type 17 begins with a byte that says how it goes on: 0, as AMF 0.
  const values = parseAmf0(payload, type === MESSAGE_TYPE.commandAmf3 && payload[0] === 0 ? 1 : 0);
  const [name, transaction, ...rest] = values ?? [];
  if (typeof name !== "string" || typeof transaction !== "number") return undefined;
  return { name, transaction, values: rest, streamId };
}

/** The message that calls or answers. */
export function commandMessage(streamId: number, ...values: AmfValue[]): RtmpMessage {
  return { type: MESSAGE_TYPE.commandAmf0, streamId, timestamp: 0, payload: serializeAmf0(...values) };
}

/** A value of a peer's as an object, empty when it is something else. */
export function asObject(value: AmfValue): AmfObject {
  return value instanceof Map ? value : new Map();
}

/** A property as text, empty when it is none. */
export function textOf(object: AmfObject, name: string): string {
  const value = object.get(name);
  return typeof value === "string" ? value : "";
}
