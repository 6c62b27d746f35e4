import { type Box, findBox, readBox } from "./read-boxes.ts";
import { IS_NO_SYNC_SAMPLE } from "./sample-flags.ts";

/** A sample and where it lies in the bytes that were parsed. Times in ticks of the track. */
export interface ParsedSample {
  offset: number;
  size: number;
  duration: number;
  keyframe: boolean;
  compositionOffset: number;
}

/** What samples have that say nothing else: `trex`, or `tfhd` over it. */
export interface Defaults {
  duration: number;
  size: number;
  flags: number;
}

/** Flag of `tfhd`: nothing is in this fragment (ISO 14496-12 section 8.8.7). */
export const IS_EMPTY_DURATION = 0x01_0000;

export const NO_DEFAULTS: Defaults = { duration: 0, size: 0, flags: 0 };

export interface TrackFragment {
  trackId: number;
  /** Decoding time of the first sample. */
  baseTime: number;
  /** None where the fragment says that it has none. */
  samples: ParsedSample[];
}

/** Where the boxes of a fragment lie. */
export interface FragmentPlace {
  movie: Box;
  /** The `traf` in it. */
  track: Box;
  /** The `mdat` behind it. */
  data: Box;
}

/**
 * Reads one `traf`; `defaultsOf` has what the init segment says of its track. Undefined when damaged, or when samples lie outside the `mdat`.
 * Never throws.
 */
export function readTrackFragment(
  bytes: Uint8Array,
  place: FragmentPlace,
  defaultsOf: (trackId: number) => Defaults,
): TrackFragment | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = findBox(bytes, "tfhd", place.track);
  if (header === undefined || header.end - header.payload < 8) return undefined;
  const trackId = view.getUint32(header.payload + 4);
  const defaults = readDefaults(view, header, defaultsOf(trackId));
  const baseTime = readBaseTime(view, findBox(bytes, "tfdt", place.track));
  if (defaults === undefined || baseTime === undefined) return undefined;
  const isEmpty = (view.getUint32(header.payload) & IS_EMPTY_DURATION) !== 0;
  const samples = readRuns(bytes, { view, ...place, defaults });
  return samples && (samples.length > 0 || isEmpty) ? { trackId, baseTime, samples } : undefined;
}

/** ISO 14496-12 section 8.8.7; a base that counts from the start of the file is not taken. */
function readDefaults(view: DataView, box: Box, movie: Defaults): Defaults | undefined {
  const flags = view.getUint32(box.payload) & 0xff_ffff;
  if ((flags & 0x01) !== 0) return undefined;
  let at = box.payload + 8 + ((flags & 0x02) !== 0 ? 4 : 0);
  const take = (flag: number, otherwise: number): number => {
    if ((flags & flag) === 0) return otherwise;
    at += 4;
    return at <= box.end ? view.getUint32(at - 4) : 0;
  };
  const duration = take(0x08, movie.duration);
  const size = take(0x10, movie.size);
  const defaultFlags = take(0x20, movie.flags);
  return at <= box.end ? { duration, size, flags: defaultFlags } : undefined;
}

/** ISO 14496-12 section 8.8.12; undefined beyond 2^53, too. */
function readBaseTime(view: DataView, box: Box | undefined): number | undefined {
  if (box === undefined || box.end - box.payload < 8) return undefined;
  if (view.getUint8(box.payload) === 0) return view.getUint32(box.payload + 4);
  if (box.end - box.payload < 12) return undefined;
  const time = view.getUint32(box.payload + 4) * 0x1_0000_0000 + view.getUint32(box.payload + 8);
  return Number.isSafeInteger(time) ? time : undefined;
}

interface RunContext {
  view: DataView;
  movie: Box;
  track: Box;
  data: Box;
  defaults: Defaults;
}

/** All `trun` boxes of the track (ISO 14496-12 section 8.8.8); undefined when a sample lies outside the `mdat`. */
function readRuns(bytes: Uint8Array, context: RunContext): ParsedSample[] | undefined {
  const samples: ParsedSample[] = [];
  let next = context.data.payload;
  for (let at = context.track.payload; at < context.track.end; ) {
    const box = readBox(bytes, at, context.track.end);
    if (box === undefined) return undefined;
    at = box.end;
    if (box.type !== "trun") continue;
    const end = readRun(box, { context, samples, next });
    if (end === undefined) return undefined;
    next = end;
  }
  return samples;
}

/** Appends the samples of one run, the first at `next` unless the run says otherwise; where the last one ends. */
function readRun(
  box: Box,
  { context, samples, next }: { context: RunContext; samples: ParsedSample[]; next: number },
): number | undefined {
  const { view, movie, data, defaults } = context;
  if (box.end - box.payload < 8) return undefined;
  const isSigned = view.getUint8(box.payload) !== 0;
  const flags = view.getUint32(box.payload) & 0xff_ffff;
  const count = view.getUint32(box.payload + 4);
  let at = box.payload + 8;
  const has = (flag: number) => (flags & flag) !== 0;
  const fields = Number(has(0x100)) + Number(has(0x200)) + Number(has(0x400)) + Number(has(0x800));
  const headBytes = (has(0x01) ? 4 : 0) + (has(0x04) ? 4 : 0);
  if (at + headBytes + count * fields * 4 > box.end) return undefined;
  let offset = next;
  if (has(0x01)) {
    offset = movie.start + view.getInt32(at);
    at += 4;
  }
  // Samples have room of their own, so that small boxes cannot stand for many samples.
  if (offset < next) return undefined;
  let firstFlags: number | undefined;
  if (has(0x04)) {
    firstFlags = view.getUint32(at);
    at += 4;
  }
  for (let index = 0; index < count; index += 1) {
    let { duration, size, flags: sampleFlags } = defaults;
    let compositionOffset = 0;
    if (has(0x100)) {
      duration = view.getUint32(at);
      at += 4;
    }
    if (has(0x200)) {
      size = view.getUint32(at);
      at += 4;
    }
    if (has(0x400)) {
      sampleFlags = view.getUint32(at);
      at += 4;
    }
    if (has(0x800)) {
      compositionOffset = isSigned ? view.getInt32(at) : view.getUint32(at);
      at += 4;
    }
    if (index === 0 && firstFlags !== undefined) sampleFlags = firstFlags;
    if (size === 0 || offset + size > data.end) return undefined;
    const keyframe = (sampleFlags & IS_NO_SYNC_SAMPLE) === 0;
    samples.push({ offset, size, duration, keyframe, compositionOffset });
    offset += size;
  }
  return offset;
}
