import { ContainerReader } from "../units/container-reader.ts";
import { createSampleReader, type SampleReader } from "../units/sample-reader.ts";
import type { TimedUnit } from "../units/types.ts";
import { type Box, readBox } from "./read-boxes.ts";
import { type MovieTrack, readMovie } from "./read-movie.ts";
import { NO_DEFAULTS, readTrackFragment, type TrackFragment } from "./track-fragment.ts";

const HEADER_BYTES = 16;
/** Of `moov` and of `moof`. */
const MOST_MOVIE_BYTES = 4 * 1024 * 1024;
/** Of a fragment: some seconds of the best quality. */
const MOST_FRAGMENT_BYTES = 64 * 1024 * 1024;
const MOST_TRACK_FRAGMENTS = 64;

interface Track extends MovieTrack {
  reader: SampleReader;
}

/**
 * Fragmented MP4 as it comes (ISO 14496-12 section 8.8): pictures (H.264, HEVC, VP8, VP9, AV1) and sound (AAC, Opus) of all tracks, of
 * each fragment in order of decoding times. Holds at most one fragment.
 */
export class FragmentedMp4Reader extends ContainerReader {
  readonly #tracks = new Map<number, Track>();

  protected override step(units: TimedUnit[]): boolean {
    const { queue } = this;
    const header = this.#header(0);
    if (header === undefined) return false;
    if (header.type === "moov" || header.type === "moof") {
      if (header.size > MOST_MOVIE_BYTES) return this.fail(`${header.type} of ${header.size} bytes`);
      if (queue.length < header.size) return false;
      return header.type === "moov" ? this.#takeMovie(header.size) : this.#takeFragment(header.size, units);
    }
    return this.passOver(header.size);
  }

  /** Of the box at `offset`; undefined: more bytes are needed, or it makes no sense. */
  #header(offset: number): { type: string; size: number } | undefined {
    const bytes = this.queue.peek(offset + HEADER_BYTES).subarray(offset);
    if (bytes.length < 8) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const type = String.fromCharCode(...bytes.subarray(4, 8));
    let size = view.getUint32(0);
    let least = 8;
    if (size === 1) {
      if (bytes.length < HEADER_BYTES) return undefined;
      size = view.getUint32(8) * 0x1_0000_0000 + view.getUint32(12);
      least = HEADER_BYTES;
    }
    if (size >= least && Number.isSafeInteger(size)) return { type, size };
    this.fail(`a box of ${size} bytes`);
    return undefined;
  }

  #takeMovie(size: number): boolean {
    const bytes = this.queue.take(size);
    const movie = readBox(bytes, 0);
    this.#tracks.clear();
    const unsupported: string[] = [];
    for (const track of movie === undefined ? [] : readMovie(bytes, movie)) {
      const reader = track.setUp && createSampleReader(track.setUp);
      if (reader === undefined) unsupported.push(track.name);
      else this.#tracks.set(track.id, { ...track, reader });
    }
    this.describe(this.#tracks.values(), unsupported);
    return true;
  }

  /** The `moof` and the `mdat` right behind it. */
  #takeFragment(movieBytes: number, units: TimedUnit[]): boolean {
    const data = this.#header(movieBytes);
    if (data === undefined) return false;
    if (data.type !== "mdat") return this.fail(`${data.type} where mdat must be`);
    const size = movieBytes + data.size;
    if (size > MOST_FRAGMENT_BYTES) return this.fail(`a fragment of ${size} bytes`);
    if (this.queue.length < size) return false;
    const bytes = this.queue.take(size);
    const movie = readBox(bytes, 0)!;
    const found = this.#readFragment(bytes, movie, readBox(bytes, movie.end)!);
    found.sort((one, other) => decodingTime(one) - decodingTime(other));
    for (const unit of found) units.push(unit);
    return true;
  }

  #readFragment(bytes: Uint8Array, movie: Box, data: Box): TimedUnit[] {
    const units: TimedUnit[] = [];
    let left = MOST_TRACK_FRAGMENTS;
    // Each byte belongs to one sample: small boxes cannot stand for much.
    let room = data.end - data.payload;
    for (let at = movie.payload; at < movie.end; ) {
      const track = readBox(bytes, at, movie.end);
      if (track === undefined) break;
      at = track.end;
      if (track.type !== "traf" || left === 0) continue;
      left -= 1;
      const read = readTrackFragment(
        bytes,
        { movie, track, data },
        (id) => this.#tracks.get(id)?.defaults ?? NO_DEFAULTS,
      );
      const known = read && this.#tracks.get(read.trackId);
      if (read === undefined || known === undefined) continue;
      for (const { size } of read.samples) room -= size;
      if (room < 0) break;
      appendUnits(units, bytes, read, known);
    }
    return units;
  }
}

function appendUnits(
  units: TimedUnit[],
  bytes: Uint8Array,
  { baseTime, samples }: TrackFragment,
  { reader, timescale, shiftMicros }: Track,
): void {
  const toMicros = (ticks: number) => Math.round((ticks * 1_000_000) / timescale);
  let time = baseTime;
  for (const { offset, size, duration, compositionOffset } of samples) {
    const sample = reader.read(bytes.subarray(offset, offset + size));
    const compositionMicros = toMicros(compositionOffset);
    const ptsMicros = Math.round((time * 1_000_000) / timescale + shiftMicros) + compositionMicros;
    if (sample !== undefined && Number.isSafeInteger(ptsMicros))
      units.push({ ptsMicros, compositionMicros, ...sample });
    time += duration;
  }
}

function decodingTime({ ptsMicros, compositionMicros }: TimedUnit): number {
  return ptsMicros - compositionMicros;
}
