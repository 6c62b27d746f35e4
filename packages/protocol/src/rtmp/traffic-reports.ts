import { ByteWriter } from "../bytes/byte-writer.ts";
import { MESSAGE_TYPE, type RtmpMessage, USER_CONTROL } from "./message-type.ts";

/** How many bytes may come before we must say so, when the peer does not tell (as Flash servers do). */
export const DEFAULT_WINDOW = 2_500_000;
/** A smaller window would be a report for each packet. */
const SMALLEST_WINDOW = 4096;
const PING_INTERVAL_MS = 5000;

/** Says how much has come (RTMP 1.0 sections 5.4.3 and 5.4.4), and measures the way by pings (section 7.1.7). */
export class TrafficReports {
  #window = DEFAULT_WINDOW;
  #received = 0;
  #reported = 0;
  #pingAtMs: number | undefined;
  #sentPing: number | undefined;
  #roundTripMs: number | undefined;

  /** By the last ping that was answered; undefined: not every encoder does. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  setWindow(bytes: number): void {
    this.#window = Math.max(SMALLEST_WINDOW, bytes);
  }

  /** An acknowledgement, when one is due after these bytes. */
  received(bytes: number): RtmpMessage | undefined {
    this.#received += bytes;
    if (this.#received - this.#reported < this.#window) return undefined;
    this.#reported = this.#received;
    return uint32Message(MESSAGE_TYPE.acknowledgement, this.#received % 2 ** 32);
  }

  /** A ping, when one is due. */
  ping(nowMs: number): RtmpMessage | undefined {
    if (this.#pingAtMs !== undefined && nowMs < this.#pingAtMs) return undefined;
    this.#pingAtMs = nowMs + PING_INTERVAL_MS;
    this.#sentPing = Math.floor(nowMs) >>> 0;
    return userControl(USER_CONTROL.pingRequest, this.#sentPing);
  }

  pong(nowMs: number, value: number): void {
    if (value !== this.#sentPing) return;
    this.#sentPing = undefined;
    this.#roundTripMs = (Math.floor(nowMs) - value) >>> 0;
  }
}

/** A control message of one 32-bit number. */
export function uint32Message(type: number, value: number): RtmpMessage {
  return { type, streamId: 0, timestamp: 0, payload: new ByteWriter(4).uint32(value).finish() };
}

/** A user control message about a stream or a time (RTMP 1.0 section 7.1.7). */
export function userControl(event: number, value: number): RtmpMessage {
  const payload = new ByteWriter(6).uint16(event).uint32(value).finish();
  return { type: MESSAGE_TYPE.userControl, streamId: 0, timestamp: 0, payload };
}
