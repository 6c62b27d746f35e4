import type { ChunkStream } from "./chunk-stream.ts";
import { RtmpError } from "./rtmp-error.ts";

/** Bytes of the message header by the format of the chunk (RTMP 1.0 section 5.3.1.2). */
const HEADER_BYTES = [11, 7, 3, 0] as const;
const EXTENDED = 0xff_ffff;

/** A chunk's header. */
export interface ChunkHeader {
  /** Chunk stream id. */
  id: number;
  /** What it stands for now: updated, or new. */
  stream: ChunkStream;
  /** Where the payload begins. */
  end: number;
}

/**
 * Reads one chunk's header and updates its stream; undefined, and nothing changed, while bytes are missing. Throws
 * {@link RtmpError} for what no sender may do.
 */
export function readMessageHeader(
  bytes: Uint8Array,
  start: number,
  streams: ReadonlyMap<number, ChunkStream>,
): ChunkHeader | undefined {
  const basic = readBasicHeader(bytes, start);
  if (basic === undefined) return undefined;
  const { format, id } = basic;
  const known = streams.get(id);
  if (known === undefined && format !== 0) throw new RtmpError(`chunk stream ${id} begins in its midst`);
  if (known?.message !== undefined && format !== 3) throw new RtmpError("a message begins inside another");
  const fields = basic.end;
  let end = fields + HEADER_BYTES[format];
  if (end > bytes.length) return undefined;
  const short = format === 3 ? (known!.extended === undefined ? 0 : EXTENDED) : uint24(bytes, fields);
  let extended: number | undefined;
  if (short === EXTENDED) {
    if (end + 4 > bytes.length) return undefined;
    extended = uint32(bytes, end);
    // Some senders leave it out of the chunks that go on with a message.
    if (known?.message === undefined || extended === known.extended) end += 4;
    else extended = known.extended;
  }
  const stream = known ?? newStream();
  if (stream.message === undefined) update(stream, { format, bytes, fields, time: extended ?? short });
  if (format !== 3) stream.extended = extended;
  return { id, stream, end };
}

/** RTMP 1.0 section 5.3.1.1. */
function readBasicHeader(
  bytes: Uint8Array,
  start: number,
): { format: 0 | 1 | 2 | 3; id: number; end: number } | undefined {
  const first = bytes[start];
  if (first === undefined) return undefined;
  const format = (first >> 6) as 0 | 1 | 2 | 3;
  const id = first & 63;
  if (id >= 2) return { format, id, end: start + 1 };
  const second = bytes[start + 1];
  const third = bytes[start + 2];
  if (second === undefined || (id === 1 && third === undefined)) return undefined;
  if (id === 0) return { format, id: second + 64, end: start + 2 };
  return { format, id: second + third! * 256 + 64, end: start + 3 };
}

interface Fields {
  format: 0 | 1 | 2 | 3;
  bytes: Uint8Array;
  /** Where the message header begins. */
  fields: number;
  /** Timestamp or delta as the header has it. */
  time: number;
}

/** RTMP 1.0 sections 5.3.1.2.1 to 5.3.1.2.4. Behind format 0, format 3 repeats its timestamp as a delta. */
function update(stream: ChunkStream, { format, bytes, fields, time }: Fields): void {
  if (format !== 3) stream.delta = time;
  stream.timestamp = (format === 0 ? time : stream.timestamp + stream.delta) >>> 0;
  if (format > 1) return;
  stream.length = uint24(bytes, fields + 3);
  stream.type = bytes[fields + 6]!;
  if (format === 0) {
    // Little-endian, as nothing else.
    const at = fields + 7;
    stream.streamId =
      (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  }
}

function newStream(): ChunkStream {
  return { timestamp: 0, delta: 0, extended: undefined, length: 0, type: 0, streamId: 0, message: undefined };
}

function uint24(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
}

function uint32(bytes: Uint8Array, at: number): number {
  return uint24(bytes, at) * 256 + bytes[at + 3]!;
}
