import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ParsedFragment,
  type ParsedSample,
  parseInit,
  timescaleOf,
  type UnitFormat,
} from "@sameroom/protocol";
import type { ManifestLine, ManifestSegment } from "../manifest.ts";
import { ticksOf, wholeFragments } from "../whole-fragments.ts";

/** One track of a recording, as `planProgressive` wants it. */
export interface TimelineTrack {
  formats: UnitFormat[];
  fragments: { file: string; format: number; baseTime: number; samples: ParsedSample[] }[];
}

/** A segment as it is played. */
export interface TimelineSegment {
  file: string;
  init: string;
  captureMicros: number;
  seconds: number;
  byteLength: number;
}

/** A moment as it is played: on each track a segment, or nothing. */
export interface TimelineMoment {
  number: number;
  discontinuity: boolean;
  seconds: number;
  video: TimelineSegment | undefined;
  audio: TimelineSegment | undefined;
}

/** A recording, laid out: what was not recorded is left out, and what is left follows without a hole. */
export interface Timeline {
  video: TimelineTrack;
  audio: TimelineTrack;
  moments: TimelineMoment[];
  seconds: number;
}

/** More time than this between two moments was not recorded, s. */
const HOLE_SECONDS = 1;

interface Loaded {
  segment: ManifestSegment;
  format: UnitFormat;
  fragments: ParsedFragment[];
  fromSeconds: number;
  toSeconds: number;
}

/** Reads what a recording's manifest names, file by file. Files that are gone or damaged are passed over. */
export async function readTimeline(directory: string, lines: readonly ManifestLine[]): Promise<Timeline> {
  const inits = new Map<string, UnitFormat | undefined>();
  const load = (segment: ManifestSegment | null) => segment && loadSegment(directory, segment, inits);
  const timeline: Timeline = {
    video: { formats: [], fragments: [] },
    audio: { formats: [], fragments: [] },
    moments: [],
    seconds: 0,
  };
  let shiftSeconds: number | undefined;
  let lastNumber = -1;
  let endSeconds = 0;
  for (const line of lines) {
    const [video, audio] = [await load(line.video), await load(line.audio)];
    const tracks = [video, audio].filter((track) => track != null);
    if (tracks.length === 0) continue;
    const from = Math.min(...tracks.map(({ fromSeconds }) => fromSeconds));
    const to = Math.max(...tracks.map(({ toSeconds }) => toSeconds));
    const isHole =
      shiftSeconds === undefined ||
      line.number !== lastNumber + 1 ||
      Math.abs(from - shiftSeconds - endSeconds) > HOLE_SECONDS;
    if (isHole) shiftSeconds = from - endSeconds;
    const shift = shiftSeconds!;
    if (video) add(timeline.video, video, shift);
    if (audio) add(timeline.audio, audio, shift);
    const discontinuity = timeline.moments.length > 0 && (line.discontinuity || isHole);
    const seconds = Math.max(0.001, video ? video.toSeconds - video.fromSeconds : to - from);
    const moment = { number: line.number, discontinuity, seconds };
    timeline.moments.push({ ...moment, video: played(video), audio: played(audio) });
    timeline.seconds += seconds;
    lastNumber = line.number;
    endSeconds = to - shift;
  }
  return timeline;
}

async function loadSegment(
  directory: string,
  segment: ManifestSegment,
  inits: Map<string, UnitFormat | undefined>,
): Promise<Loaded | undefined> {
  if (!inits.has(segment.init)) {
    const init = await readFile(join(directory, segment.init)).catch(() => undefined);
    inits.set(segment.init, init && parseInit(init));
  }
  const format = inits.get(segment.init);
  const bytes = await readFile(join(directory, segment.file)).catch(() => undefined);
  if (format === undefined || bytes === undefined) return undefined;
  const { fragments } = wholeFragments(bytes);
  const [first] = fragments;
  if (first === undefined) return undefined;
  const fromSeconds = first.baseTime / timescaleOf(format);
  const toSeconds = fromSeconds + ticksOf(fragments) / timescaleOf(format);
  return { segment, format, fragments, fromSeconds, toSeconds };
}

function add(track: TimelineTrack, { segment, format, fragments }: Loaded, shiftSeconds: number): void {
  let index = track.formats.indexOf(format);
  if (index < 0) index = track.formats.push(format) - 1;
  const shift = Math.round(shiftSeconds * timescaleOf(format));
  for (const { baseTime, samples } of fragments)
    track.fragments.push({ file: segment.file, format: index, baseTime: baseTime - shift, samples });
}

function played(loaded: Loaded | null | undefined): TimelineSegment | undefined {
  if (!loaded) return undefined;
  const { segment, fromSeconds, toSeconds } = loaded;
  const { file, init, captureMicros, bytes } = segment;
  return { file, init, captureMicros, seconds: Math.max(0.001, toSeconds - fromSeconds), byteLength: bytes };
}
