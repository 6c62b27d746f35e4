import type { UnitFormat } from "../../units/types.ts";
import { timescaleOf } from "../timescale.ts";
import type { ParsedSample } from "../track-fragment.ts";
import type { Chunk, StoredTrack } from "./types.ts";

/** Chunks of a track are no longer, so that a player finds sound and picture of a moment close together. */
const MOST_CHUNK_SECONDS = 1;

/** The samples of one track, told column by column. */
export interface TrackSamples {
  kind: UnitFormat["kind"];
  /** Ticks a second of the columns. */
  timescale: number;
  formats: readonly UnitFormat[];
  /** Decoding time of the first sample, ticks. */
  start: number;
  durations: number[];
  sizes: number[];
  compositionOffsets: number[];
  keyframes: boolean[];
  chunks: Chunk[];
}

/**
 * Gathers all samples of a track; undefined without any. Each sample lasts until the next one: a gap holds what was before it,
 * and what overlaps ends sooner. Throws a RangeError when a fragment has a format that is not there.
 */
export function gatherSamples({ formats, fragments }: StoredTrack): TrackSamples | undefined {
  const firstFormat = formats[fragments.find(({ samples }) => samples.length > 0)?.format ?? -1];
  if (firstFormat === undefined) return undefined;
  const timescale = timescaleOf(firstFormat);
  const track: TrackSamples = {
    kind: firstFormat.kind,
    timescale,
    formats,
    start: 0,
    durations: [],
    sizes: [],
    compositionOffsets: [],
    keyframes: [],
    chunks: [],
  };
  let last = -1;
  let lastDuration = 0;
  let chunk: Chunk | undefined;
  for (const { file, format: formatIndex, baseTime, samples } of fragments) {
    const format = formats[formatIndex];
    if (format === undefined || format.kind !== track.kind) throw new RangeError(`no format ${formatIndex}`);
    const scale = timescale / timescaleOf(format);
    let time = baseTime;
    for (const sample of samples) {
      const isFirst = track.sizes.length === 0;
      const at = isFirst ? Math.round(time * scale) : Math.max(last + 1, Math.round(time * scale));
      if (isFirst) track.start = at;
      else track.durations.push(at - last);
      last = at;
      lastDuration = Math.round(sample.duration * scale);
      time += sample.duration;
      track.sizes.push(sample.size);
      track.compositionOffsets.push(Math.round(sample.compositionOffset * scale));
      track.keyframes.push(sample.keyframe);
      const startSeconds = at / timescale;
      if (
        chunk === undefined ||
        chunk.format !== formatIndex ||
        startSeconds - chunk.startSeconds >= MOST_CHUNK_SECONDS
      ) {
        chunk = { startSeconds, samples: 0, format: formatIndex, byteLength: 0, ranges: [] };
        track.chunks.push(chunk);
      }
      addToChunk(chunk, file, sample);
    }
  }
  track.durations.push(Math.max(1, lastDuration));
  return track;
}

function addToChunk(chunk: Chunk, file: string, { offset, size }: ParsedSample): void {
  chunk.samples += 1;
  chunk.byteLength += size;
  const range = chunk.ranges.at(-1);
  if (range !== undefined && range.file === file && range.offset + range.size === offset) range.size += size;
  else chunk.ranges.push({ file, offset, size });
}
