import { assembleAv1, MOST_OBUS } from "./av1-frame.ts";
import { readLeb128 } from "./leb128.ts";
import { VideoDepacketizer } from "./video-depacketizer.ts";
import type { VideoFrame } from "./video-frame.ts";

/** OBU types (AV1 specification section 6.2.2). */
const SEQUENCE_HEADER = 1;
const TEMPORAL_DELIMITER = 2;
const FRAME_HEADER = 3;
const METADATA = 5;
const FRAME = 6;
const STARTS = new Set([SEQUENCE_HEADER, TEMPORAL_DELIMITER, FRAME_HEADER, METADATA, FRAME]);

const HAS_EXTENSION = 4;

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

  protected finish(): VideoFrame | undefined {
    if (this.#isObuOpen) return undefined;
    return assembleAv1(this.#starts.map((start, index) => this.buffer.view(start, this.#starts[index + 1])));
  }
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
