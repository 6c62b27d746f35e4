import { ContainerReader } from "../units/container-reader.ts";
import { createSampleReader, type SampleReader } from "../units/sample-reader.ts";
import type { TimedUnit } from "../units/types.ts";
import { MOST_FRAME_BYTES } from "../units/video-frame.ts";
import { readBlock } from "./read-block.ts";
import { readElementHeader, readElements, readUnsigned } from "./read-element.ts";
import { readTrack } from "./read-track.ts";

/** Element ids (RFC 9559). What is within these is read as if it stood beside them: their sizes do not matter. */
const SEGMENT = 0x1853_8067;
const CLUSTER = 0x1f43_b675;
const BLOCK_GROUP = 0xa0;
const ENTERED = new Set([SEGMENT, CLUSTER, BLOCK_GROUP]);
const INFO = 0x1549_a966;
const TIMESTAMP_SCALE = 0x2a_d7b1;
const TRACKS = 0x1654_ae6b;
const TRACK_ENTRY = 0xae;
const TIMESTAMP = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK = 0xa1;

/** What is read whole, and the most bytes of it. */
const LIMITS = new Map([
  [INFO, 64 * 1024],
  [TRACKS, 1024 * 1024],
  [TIMESTAMP, 8],
  [SIMPLE_BLOCK, MOST_FRAME_BYTES],
  [BLOCK, MOST_FRAME_BYTES],
]);
const MOST_HEADER_BYTES = 12;
const MOST_TRACKS = 16;
/** Of nanoseconds; a tick is a millisecond unless told otherwise. */
const USUAL_SCALE = 1_000_000;
/** Times of sound are rounded to ticks; within this the sound goes on without a gap. */
const ROUNDING_MICROS = 2000;

interface Track {
  reader: SampleReader;
  delayMicros: number;
  /** Where the sound read so far ends, µs. */
  nextMicros: number | undefined;
}

/**
 * WebM or Matroska as it comes, of one stream or several one behind the other (a recorder that began anew): pictures (VP8, VP9, AV1, H.264,
 * HEVC) and sound (Opus, AAC) of all tracks. Sizes may be unknown. Matroska tells no decoding times: B-frames come out as if
 * there were none. Holds at most one block.
 */
export class WebmReader extends ContainerReader {
  readonly #tracks = new Map<number, Track>();
  #scale = USUAL_SCALE;
  #cluster = 0;

  protected override step(units: TimedUnit[]): boolean {
    const { queue } = this;
    const header = readElementHeader(queue.peek(MOST_HEADER_BYTES));
    if (header === "short") return false;
    if (header === undefined) return this.fail("no element where one must begin");
    const { id, size, headerBytes } = header;
    if (ENTERED.has(id)) {
      queue.take(headerBytes);
      return true;
    }
    if (size === undefined) return this.fail(`element ${id.toString(16)} of unknown size`);
    const limit = LIMITS.get(id);
    if (limit === undefined) {
      queue.take(headerBytes);
      return this.passOver(size);
    }
    if (size > limit) return this.fail(`element ${id.toString(16)} of ${size} bytes`);
    if (queue.length < headerBytes + size) return false;
    queue.take(headerBytes);
    this.#take(id, queue.take(size), units);
    return true;
  }

  #take(id: number, payload: Uint8Array, units: TimedUnit[]): void {
    switch (id) {
      case INFO:
        this.#scale = USUAL_SCALE;
        for (const child of readElements(payload))
          if (child.id === TIMESTAMP_SCALE) this.#scale = readUnsigned(child.payload) || USUAL_SCALE;
        break;
      case TRACKS:
        this.#takeTracks(payload);
        break;
      case TIMESTAMP:
        this.#cluster = readUnsigned(payload) ?? 0;
        break;
      default:
        this.#takeBlock(payload, units);
    }
  }

  #takeTracks(payload: Uint8Array): void {
    this.#tracks.clear();
    const unsupported: string[] = [];
    let left = MOST_TRACKS;
    for (const { id, payload: entry } of readElements(payload)) {
      if (id !== TRACK_ENTRY || left === 0) continue;
      left -= 1;
      const track = readTrack(entry);
      if (track === undefined) continue;
      const reader = track.setUp && createSampleReader(track.setUp);
      if (reader === undefined) unsupported.push(track.name);
      else this.#tracks.set(track.number, { reader, delayMicros: track.delayMicros, nextMicros: undefined });
    }
    this.describe(this.#tracks.values(), unsupported);
  }

  #takeBlock(payload: Uint8Array, units: TimedUnit[]): void {
    const block = readBlock(payload);
    const track = block && this.#tracks.get(block.track);
    if (block === undefined || track === undefined) return;
    let told = ((this.#cluster + block.timestamp) * this.#scale) / 1000 - track.delayMicros;
    if (!Number.isSafeInteger(Math.round(told))) return;
    for (const frame of block.frames) {
      const sample = track.reader.read(frame);
      if (sample === undefined) continue;
      const ptsMicros = timeOf(told, track.nextMicros);
      const { format, samples } = sample;
      if (format.kind === "audio") {
        track.nextMicros = ptsMicros + (samples * 1_000_000) / format.sampleRate;
        told = track.nextMicros;
      }
      units.push({ ptsMicros: Math.round(ptsMicros), compositionMicros: 0, ...sample });
    }
  }
}

function timeOf(told: number, next: number | undefined): number {
  return next !== undefined && Math.abs(told - next) <= ROUNDING_MICROS ? next : told;
}
