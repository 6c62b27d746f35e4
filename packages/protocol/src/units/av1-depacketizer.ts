import { av1Format } from "./av1-format.ts";
import { leb128Bytes, readLeb128, writeLeb128 } from "./leb128.ts";
import { type AssembledFrame, VideoDepacketizer } from "./video-depacketizer.ts";

/** OBU types (AV1 specification section 6.2.2). */
const SEQUENCE_HEADER = 1;
const TEMPORAL_DELIMITER = 2;
const FRAME_HEADER = 3;
const METADATA = 5;
const FRAME = 6;
const PADDING = 15;
const STARTS = new Set([SEQUENCE_HEADER, TEMPORAL_DELIMITER, FRAME_HEADER, METADATA, FRAME]);

const HAS_EXTENSION = 4;
const HAS_SIZE = 2;
/** A temporal unit has headers and tile groups; more than this is none. */
const MOST_OBUS = 1024;

/** One element of a packet: where it lies, and whether it is whole. */
interface Element {
  start: number;
  end: number;
}

/** AV1 (RTP payload format for AV1, section 4). OBUs come out with sizes, without temporal delimiters and padding. */
export class Av1Depacketizer extends VideoDepacketizer {
  /** Where the OBUs of the temporal unit begin in the buffer. */
  #starts: number[] = [];
  #isObuOpen = false;

  protected isFrameStart(payload: Uint8Array): boolean {
    const elements = readElements(payload);
    if ((payload[0]! & 0x80) !== 0 || elements === undefined) return false;
    const header = payload[elements[0]!.start]!;
    const isBase = (header & HAS_EXTENSION) === 0 || ((payload[elements[0]!.start + 1] ?? 0) & 0x18) === 0;
    return isBase && STARTS.has((header >> 3) & 15);
  }

  protected begin(): void {
    this.#starts = [];
    this.#isObuOpen = false;
  }

  protected append(payload: Uint8Array): boolean {
    const elements = readElements(payload);
    const doesContinue = (payload[0]! & 0x80) !== 0;
    if (elements === undefined || doesContinue !== this.#isObuOpen) return false;
    for (const [index, { start, end }] of elements.entries()) {
      if (index > 0 || !doesContinue) this.#starts.push(this.buffer.length);
      if (!this.buffer.append(payload.subarray(start, end))) return false;
    }
    this.#isObuOpen = (payload[0]! & 0x40) !== 0;
    return this.#starts.length <= MOST_OBUS;
  }

  protected finish(): AssembledFrame | undefined {
    if (this.#isObuOpen) return undefined;
    const obus: Obu[] = [];
    for (const [index, start] of this.#starts.entries()) {
      const obu = parseObu(this.buffer.view(start, this.#starts[index + 1]));
      if (obu === undefined) return undefined;
      if (obu.type !== TEMPORAL_DELIMITER && obu.type !== PADDING) obus.push(obu);
    }
    const first = obus.find(({ type }) => type === FRAME || type === FRAME_HEADER);
    if (first === undefined) return undefined;
    const sequence = obus.find(({ type }) => type === SEQUENCE_HEADER);
    // A key frame that is shown: not an existing one, type 0, `show_frame` (AV1 specification section 5.9.2).
    const keyframe = sequence !== undefined && ((first.payload[0] ?? 0xff) & 0xf0) === 0x10;
    const format = keyframe ? av1Format(withSizes([sequence])) : undefined;
    return { keyframe, data: withSizes(obus), format };
  }
}

interface Obu {
  type: number;
  /** One byte or, with the extension, two; without the flag of a size. */
  header: Uint8Array;
  payload: Uint8Array;
}

function parseObu(bytes: Uint8Array): Obu | undefined {
  const first = bytes[0];
  if (first === undefined || (first & 0x80) !== 0) return undefined;
  const headerBytes = (first & HAS_EXTENSION) !== 0 ? 2 : 1;
  if (bytes.length < headerBytes) return undefined;
  let payload = bytes.subarray(headerBytes);
  if ((first & HAS_SIZE) !== 0) {
    const size = readLeb128(bytes, headerBytes);
    if (size === undefined || size.end + size.value > bytes.length) return undefined;
    payload = bytes.subarray(size.end, size.end + size.value);
  }
  return { type: (first >> 3) & 15, header: bytes.subarray(0, headerBytes), payload };
}

function withSizes(obus: readonly Obu[]): Uint8Array {
  let size = 0;
  for (const { header, payload } of obus)
    size += header.length + leb128Bytes(payload.length) + payload.length;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const { header, payload } of obus) {
    bytes.set(header, at);
    bytes[at]! |= HAS_SIZE;
    at = writeLeb128(bytes, at + header.length, payload.length);
    bytes.set(payload, at);
    at += payload.length;
  }
  return bytes;
}

/** The OBU elements behind the aggregation header; undefined when there is none or one is cut short. */
function readElements(payload: Uint8Array): Element[] | undefined {
  const count = ((payload[0] ?? 0) >> 4) & 3;
  const elements: Element[] = [];
  for (let at = 1; at < payload.length; ) {
    // With a count, the last element has no length of its own.
    const isLast = count > 0 && elements.length === count - 1;
    const length = isLast ? { value: payload.length - at, end: at } : readLeb128(payload, at);
    if (length === undefined || length.value === 0 || length.end + length.value > payload.length)
      return undefined;
    at = length.end + length.value;
    elements.push({ start: length.end, end: at });
    if (elements.length > MOST_OBUS) return undefined;
    if (isLast) break;
  }
  return elements.length > 0 && (count === 0 || elements.length === count) ? elements : undefined;
}
