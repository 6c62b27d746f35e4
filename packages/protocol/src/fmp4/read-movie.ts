import type { TrackSetUp } from "../units/sample-reader.ts";
import type { VideoFormat } from "../units/types.ts";
import { findSampleEntry, findVideoConfiguration, parseSampleEntry } from "./parse-init.ts";
import { type Box, findBox, readBox } from "./read-boxes.ts";
import { type Defaults, NO_DEFAULTS } from "./track-fragment.ts";

/** A track as `moov` describes it. */
export interface MovieTrack {
  id: number;
  /** Ticks a second. */
  timescale: number;
  /** Undefined: of a kind that is not taken. */
  setUp: TrackSetUp | undefined;
  /** For people: the type of the sample entry. */
  name: string;
  defaults: Defaults;
  /** To be added to its times, µs: its edit list. */
  shiftMicros: number;
}

const MOST_TRACKS = 16;

/** Sample entries of pictures: codec, and the box with what comes before the first sample. */
const PICTURES: Record<string, readonly [VideoFormat["codec"], string | undefined]> = {
  avc1: ["h264", "avcC"],
  avc3: ["h264", "avcC"],
  hvc1: ["hevc", "hvcC"],
  hev1: ["hevc", "hvcC"],
  vp08: ["vp8", undefined],
  vp09: ["vp9", undefined],
  av01: ["av1", undefined],
};

/** The tracks of a `moov` box; those that are damaged are left out. Never throws. */
export function readMovie(bytes: Uint8Array, movie: Box): MovieTrack[] {
  const tracks: MovieTrack[] = [];
  for (let at = movie.payload; at < movie.end && tracks.length < MOST_TRACKS; ) {
    const box = readBox(bytes, at, movie.end);
    if (box === undefined) break;
    at = box.end;
    const track = box.type === "trak" ? readTrack(bytes, box) : undefined;
    if (track !== undefined) {
      const shiftMicros = readShift(bytes, { movie, track: box, timescale: track.timescale });
      tracks.push({ ...track, shiftMicros, defaults: readDefaults(bytes, movie, track.id) });
    }
  }
  return tracks;
}

const MOST_EDITS = 16;

/** What `elst` says of the start (ISO 14496-12 section 8.6.6): how long nothing is shown, and where in the media it begins. */
function readShift(
  bytes: Uint8Array,
  { movie, track, timescale }: { movie: Box; track: Box; timescale: number },
): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const edits = findBox(bytes, "edts", track);
  const list = edits && findBox(bytes, "elst", edits);
  const header = findBox(bytes, "mvhd", movie);
  if (list === undefined || list.end - list.payload < 8 || header === undefined) return 0;
  const isLong = view.getUint8(list.payload) === 1;
  const movieTimescale = readTimescale(view, header);
  const uint64 = (at: number) => view.getInt32(at) * 0x1_0000_0000 + view.getUint32(at + 4);
  let shiftMicros = 0;
  let at = list.payload + 8;
  for (let left = Math.min(MOST_EDITS, view.getUint32(list.payload + 4)); left > 0; left -= 1) {
    const end = at + (isLong ? 20 : 12);
    if (end > list.end) return 0;
    const duration = isLong ? uint64(at) : view.getUint32(at);
    const start = isLong ? uint64(at + 8) : view.getInt32(at + 4);
    if (start >= 0) return shiftMicros - (start * 1_000_000) / timescale;
    if (movieTimescale > 0) shiftMicros += (duration * 1_000_000) / movieTimescale;
    at = end;
  }
  return 0;
}

/** Of `mvhd` and `mdhd`: behind two times of 32 or 64 bits (ISO 14496-12 sections 8.2.2 and 8.4.2); 0 when cut short. */
function readTimescale(view: DataView, { payload, end }: Box): number {
  if (end === payload) return 0;
  const at = payload + (view.getUint8(payload) === 1 ? 20 : 12);
  return at + 4 <= end ? view.getUint32(at) : 0;
}

function readTrack(bytes: Uint8Array, track: Box): Omit<MovieTrack, "defaults" | "shiftMicros"> | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = findBox(bytes, "tkhd", track);
  const media = findBox(bytes, "mdia", track);
  const mediaHeader = media && findBox(bytes, "mdhd", media);
  const entry = findSampleEntry(bytes, track);
  if (header === undefined || mediaHeader === undefined || entry === undefined) return undefined;
  // The track's number lies where other headers have their timescale (ISO 14496-12 section 8.3.2).
  const [id, timescale] = [readTimescale(view, header), readTimescale(view, mediaHeader)];
  if (timescale === 0) return undefined;
  return { id, timescale, name: entry.type, setUp: setUpOf(bytes, entry) };
}

function setUpOf(bytes: Uint8Array, entry: Box): TrackSetUp | undefined {
  const [codec, box] = PICTURES[entry.type] ?? [];
  if (codec === undefined) {
    const format = parseSampleEntry(bytes, entry);
    return format?.kind === "audio" ? { kind: "audio", format } : undefined;
  }
  if (box === undefined) return { kind: "video", codec, configuration: undefined };
  const configuration = findVideoConfiguration(bytes, entry, box);
  return configuration && { kind: "video", codec, configuration: configuration.slice() };
}

/** `trex` of the track (ISO 14496-12 section 8.8.3). */
function readDefaults(bytes: Uint8Array, movie: Box, trackId: number): Defaults {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const extends_ = findBox(bytes, "mvex", movie);
  for (let at = extends_?.payload ?? 0; extends_ !== undefined && at < extends_.end; ) {
    const box = readBox(bytes, at, extends_.end);
    if (box === undefined) break;
    at = box.end;
    const { payload } = box;
    if (box.type !== "trex" || box.end - payload < 24 || view.getUint32(payload + 4) !== trackId) continue;
    return {
      duration: view.getUint32(payload + 12),
      size: view.getUint32(payload + 16),
      flags: view.getUint32(payload + 20),
    };
  }
  return NO_DEFAULTS;
}
