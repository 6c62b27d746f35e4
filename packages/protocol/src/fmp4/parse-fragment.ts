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

export interface ParsedFragment {
  sequence: number;
  /** Decoding time of the first sample. */
  baseTime: number;
  samples: ParsedSample[];
  /** Offset behind the `mdat`, where the next fragment begins. */
  end: number;
}

interface Defaults {
  duration: number;
  size: number;
  flags: number;
}

/**
 * Reads the fragment of one track that begins at `offset`, skipping boxes between fragments (`styp`, `sidx`, `prft`).
 * Undefined when it is cut short or damaged, or there is none. Never throws.
 */
export function parseFragment(bytes: Uint8Array, offset = 0): ParsedFragment | undefined {
  let movie = readBox(bytes, offset);
  while (movie !== undefined && movie.type !== "moof") {
    if (movie.type === "mdat") return undefined;
    movie = readBox(bytes, movie.end);
  }
  if (movie === undefined) return undefined;
  const data = readBox(bytes, movie.end);
  if (data?.type !== "mdat") return undefined;
  const header = findBox(bytes, "mfhd", movie);
  const track = findBox(bytes, "traf", movie);
  if (header === undefined || header.end - header.payload < 8 || track === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const defaults = readDefaults(view, findBox(bytes, "tfhd", track));
  const baseTime = readBaseTime(view, findBox(bytes, "tfdt", track));
  if (defaults === undefined || baseTime === undefined) return undefined;
  const samples = readRuns(bytes, { view, movie, track, data, defaults });
  return samples && { sequence: view.getUint32(header.payload + 4), baseTime, samples, end: data.end };
}

/** ISO 14496-12 section 8.8.7; offsets count from the `moof`. */
function readDefaults(view: DataView, box: Box | undefined): Defaults | undefined {
  if (box === undefined || box.end - box.payload < 8) return undefined;
  const flags = view.getUint32(box.payload) & 0xff_ffff;
  if ((flags & 0x01) !== 0) return undefined;
  let at = box.payload + 8 + ((flags & 0x02) !== 0 ? 4 : 0);
  const defaults = { duration: 0, size: 0, flags: 0 };
  const take = (isThere: boolean): number => {
    if (!isThere) return 0;
    at += 4;
    return at <= box.end ? view.getUint32(at - 4) : 0;
  };
  defaults.duration = take((flags & 0x08) !== 0);
  defaults.size = take((flags & 0x10) !== 0);
  defaults.flags = take((flags & 0x20) !== 0);
  return at <= box.end ? defaults : undefined;
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
  return samples.length > 0 ? samples : undefined;
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
