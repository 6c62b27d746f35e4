import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ParsedFragment,
  type ParsedSample,
  parseInit,
  timescaleOf,
  type UnitFormat,
} from "@sameroom/protocol";
import { aacOf, madeInit } from "../add-sound.ts";
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
  /** Begins with a keyframe. */
  independent: boolean;
}

/** A moment as it is played: on each track a segment, or nothing. */
export interface TimelineMoment {
  number: number;
  discontinuity: boolean;
  seconds: number;
  video: TimelineSegment | undefined;
  audio: TimelineSegment | undefined;
  /** The same sound as AAC, where it came so or was made. */
  aac: TimelineSegment | undefined;
}

/** A recording, laid out: what was not recorded is left out, and what is left follows without a hole. */
export interface Timeline {
  video: TimelineTrack;
  audio: TimelineTrack;
  moments: TimelineMoment[];
  /** Formats of the AAC, when all of the sound is there as AAC; otherwise none. */
  aacFormats: UnitFormat[];
  seconds: number;
}

/** More time than this between two moments was not recorded, s. */
const HOLE_SECONDS = 1;

interface Loaded {
  segment: ManifestSegment;
  format: UnitFormat;
  fragments: ParsedFragment[];
  byteLength: number;
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
    aacFormats: [],
    seconds: 0,
  };
  const made = madeInit(lines);
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
    const aac = await load(aacOf(line, made));
    if (aac && !timeline.aacFormats.includes(aac.format)) timeline.aacFormats.push(aac.format);
    timeline.moments.push({ ...moment, video: played(video), audio: played(audio), aac: played(aac) });
    timeline.seconds += seconds;
    lastNumber = line.number;
    endSeconds = to - shift;
  }
  // The job that makes AAC writes its init segment last.
  const isMade = inits.get(made) !== undefined;
  if (!isMade && timeline.audio.formats.some(({ codec }) => codec === "opus")) timeline.aacFormats = [];
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
  const byteLength = bytes.length;
  const fromSeconds = first.baseTime / timescaleOf(format);
  const toSeconds = fromSeconds + ticksOf(fragments) / timescaleOf(format);
  return { segment, format, fragments, byteLength, fromSeconds, toSeconds };
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
  const { segment, fragments, byteLength, fromSeconds, toSeconds } = loaded;
  const { file, init, captureMicros } = segment;
  const seconds = Math.max(0.001, toSeconds - fromSeconds);
  const [first] = fragments.flatMap(({ samples }) => samples.slice(0, 1));
  return { file, init, captureMicros, seconds, byteLength, independent: first?.keyframe === true };
}
