import { leb128Bytes, readLeb128, writeLeb128 } from "../leb128.ts";
import { MOST_PAYLOAD_BYTES, type PacketRun, RTP_HEADER_BYTES } from "./packet-run.ts";
import type { PayloadUnit, PayloadWriter } from "./payload-writer.ts";

/** OBU types (AV1 specification section 6.2.2). */
const SEQUENCE_HEADER = 1;
const TEMPORAL_DELIMITER = 2;
const TILE_LIST = 8;
const PADDING = 15;
const HAS_EXTENSION = 4;
const HAS_SIZE = 2;
/** In front of the OBUs in an `av1C` box. */
const CONFIGURATION_BYTES = 4;

/** Aggregation header: continues an OBU, is continued, begins a coded video sequence. */
const CONTINUES = 0x80;
const IS_CONTINUED = 0x40;
const NEW_SEQUENCE = 0x08;

interface Piece {
  /** Bytes of one OBU element, in one or two views. */
  views: readonly Uint8Array[];
  length: number;
}

/**
 * AV1 (RTP payload format for AV1, section 4): OBUs without their sizes, temporal delimiters and padding left out. A keyframe
 * whose sequence header is only in its format gets it from there.
 */
export class Av1PayloadWriter implements PayloadWriter {
  write({ format, keyframe, data }: PayloadUnit, run: PacketRun): void {
    const obus = splitObus(data);
    if (obus.length === 0) return;
    if (keyframe && !obus.some((obu) => typeOf(obu) === SEQUENCE_HEADER)) {
      const sequence = splitObus(format.configuration.subarray(CONFIGURATION_BYTES));
      obus.unshift(...sequence.filter((obu) => typeOf(obu) === SEQUENCE_HEADER));
    }
    writeObus(obus, keyframe, run);
  }
}

function writeObus(obus: readonly Piece[], keyframe: boolean, run: PacketRun): void {
  let flags = keyframe ? NEW_SEQUENCE : 0;
  let elements: Piece[] = [];
  let bytes = 1;
  const flush = (isContinued: boolean) => {
    if (elements.length > 0) writePacket(elements, bytes, flags | (isContinued ? IS_CONTINUED : 0), run);
    flags = isContinued ? CONTINUES : 0;
    elements = [];
    bytes = 1;
  };
  for (const obu of obus) {
    let rest = obu;
    for (;;) {
      const room = MOST_PAYLOAD_BYTES - bytes;
      const whole = leb128Bytes(rest.length) + rest.length;
      if (whole <= room) {
        elements.push(rest);
        bytes += whole;
        break;
      }
      // Two bytes of length hold every payload; a piece of less than a few bytes is not worth its header.
      const taken = room - 2;
      if (taken < 16) {
        flush(false);
        continue;
      }
      elements.push(slice(rest, 0, taken));
      bytes += leb128Bytes(taken) + taken;
      rest = slice(rest, taken, rest.length);
      flush(true);
    }
  }
  flush(false);
}

/** Every element with its length (W = 0). */
function writePacket(elements: readonly Piece[], bytes: number, flags: number, run: PacketRun): void {
  const packet = run.next(bytes);
  packet[RTP_HEADER_BYTES] = flags;
  let at = RTP_HEADER_BYTES + 1;
  for (const { views, length } of elements) {
    at = writeLeb128(packet, at, length);
    for (const view of views) {
      packet.set(view, at);
      at += view.length;
    }
  }
}

function slice({ views }: Piece, from: number, to: number): Piece {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const view of views) {
    const part = view.subarray(Math.max(0, from - at), Math.max(0, to - at));
    if (part.length > 0) parts.push(part);
    at += view.length;
  }
  return { views: parts, length: parts.reduce((sum, part) => sum + part.length, 0) };
}

/** OBUs with sizes to elements without; ends where one is malformed. */
function splitObus(data: Uint8Array): Piece[] {
  const obus: Piece[] = [];
  let at = 0;
  while (at < data.length) {
    const first = data[at]!;
    const headerBytes = (first & HAS_EXTENSION) !== 0 ? 2 : 1;
    if ((first & 0x80) !== 0 || at + headerBytes > data.length) break;
    const size =
      (first & HAS_SIZE) !== 0
        ? readLeb128(data, at + headerBytes)
        : { value: data.length - at - headerBytes, end: at + headerBytes };
    if (size === undefined || size.end + size.value > data.length) break;
    const header = data.slice(at, at + headerBytes);
    header[0]! &= ~HAS_SIZE;
    const payload = data.subarray(size.end, size.end + size.value);
    at = size.end + size.value;
    const type = (first >> 3) & 15;
    if (type === TEMPORAL_DELIMITER || type === TILE_LIST || type === PADDING) continue;
    obus.push({
      views: payload.length > 0 ? [header, payload] : [header],
      length: header.length + payload.length,
    });
  }
  return obus;
}

function typeOf({ views }: Piece): number {
  return (views[0]![0]! >> 3) & 15;
}
