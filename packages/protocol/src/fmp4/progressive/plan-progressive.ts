import { ByteWriter } from "../../bytes/byte-writer.ts";
import { box, fourCc, fullBox } from "../box.ts";
import { fileTypeBox, mediaBox, movieHeaderBox, trackHeaderBox, uint64 } from "../movie-boxes.ts";
import { chunkOffsets, sampleTables } from "./sample-tables.ts";
import { gatherSamples, type TrackSamples } from "./track-samples.ts";
import type { Chunk, ProgressivePlan, StoredTrack } from "./types.ts";

const MOVIE_TIMESCALE = 90_000;
const MOST_UINT32 = 0xffff_ffff;

/**
 * Plans one progressive MP4, `moov` first, out of fragments on disk: nothing is encoded again, and no media passes through
 * here. Tracks stay in step by edit lists, chunks of at most a second alternate, and a track whose format changes has several
 * sample descriptions. Throws a RangeError when there is no sample at all.
 */
export function planProgressive(tracks: readonly StoredTrack[]): ProgressivePlan {
  const gathered = tracks.map(gatherSamples).filter((track) => track !== undefined);
  if (gathered.length === 0) throw new RangeError("no samples");
  const startSeconds = Math.min(...gathered.map((track) => presentation(track).from));
  const prepared = gathered.map((track, index) => prepare(track, { trackId: index + 1, startSeconds }));
  const chunks = interleave(gathered);
  let dataBytes = 0;
  for (const { chunk } of chunks) dataBytes += chunk.byteLength;

  const isLong = dataBytes > MOST_UINT32 - 2 ** 28;
  const dataHeader = isLong
    ? uint64(new ByteWriter(16).uint32(1).bytes(fourCc("mdat")), dataBytes + 16).finish()
    : new ByteWriter(8)
        .uint32(dataBytes + 8)
        .bytes(fourCc("mdat"))
        .finish();
  const duration = Math.max(...prepared.map((track) => track.duration));
  const hasAv1 = gathered.some(({ formats }) => formats.some(({ codec }) => codec === "av1"));
  const type = fileTypeBox("isom", ["isom", "iso4", ...(hasAv1 ? ["av01"] : []), "mp41"]);
  const header = movieHeaderBox({ timescale: MOVIE_TIMESCALE, duration, nextTrackId: prepared.length + 1 });
  const build = (dataAt: number): Uint8Array => {
    const offsets = gathered.map((): number[] => []);
    let at = dataAt;
    for (const { track, chunk } of chunks) {
      offsets[track]!.push(at);
      at += chunk.byteLength;
    }
    const traks = prepared.map((track, index) => track.box(chunkOffsets(offsets[index]!, { isLong })));
    return join(type, box("moov", header, ...traks), dataHeader);
  };
  // Its length does not depend on the offsets in it.
  const head = build(build(0).length);
  return {
    head,
    ranges: chunks.flatMap(({ chunk }) => chunk.ranges),
    byteLength: head.length + dataBytes,
    durationSeconds: duration / MOVIE_TIMESCALE,
  };
}

/** From when to when a track is shown, seconds. */
function presentation({ start, durations, compositionOffsets, timescale }: TrackSamples): {
  from: number;
  to: number;
} {
  let end = start;
  for (const duration of durations) end += duration;
  return {
    from: (start + compositionOffsets[0]!) / timescale,
    to: (end + compositionOffsets.at(-1)!) / timescale,
  };
}

/** Everything of a track that does not depend on where its chunks come to lie. */
function prepare(
  track: TrackSamples,
  { trackId, startSeconds }: { trackId: number; startSeconds: number },
): {
  /** Ticks of the movie. */
  duration: number;
  box(offsets: Uint8Array): Uint8Array;
} {
  const { from, to } = presentation(track);
  const delay = Math.round((from - startSeconds) * MOVIE_TIMESCALE);
  const shown = Math.round((to - from) * MOVIE_TIMESCALE);
  const duration = delay + shown;
  let mediaDuration = 0;
  for (const one of track.durations) mediaDuration += one;
  const largest = track.formats.reduce((most, format) =>
    format.kind === "video" && most.kind === "video" && format.width > most.width ? format : most,
  );
  const header = trackHeaderBox({ trackId, duration, format: largest });
  const edits = editBox({ delay, shown, mediaTime: track.compositionOffsets[0]! });
  const tables = sampleTables(track);
  return {
    duration,
    box: (offsets) =>
      box(
        "trak",
        header,
        edits,
        mediaBox({
          kind: track.kind,
          timescale: track.timescale,
          duration: mediaDuration,
          sampleTable: box("stbl", ...tables, offsets),
        }),
      ),
  };
}

/** ISO 14496-12 section 8.6.6: nothing until the track begins, then all of it from the first picture on. */
function editBox({
  delay,
  shown,
  mediaTime,
}: {
  delay: number;
  shown: number;
  mediaTime: number;
}): Uint8Array {
  const NORMAL_SPEED = 0x1_0000;
  const writer = new ByteWriter(48).uint32(delay > 0 ? 2 : 1);
  if (delay > 0) uint64(writer, delay).uint32(MOST_UINT32).uint32(MOST_UINT32).uint32(NORMAL_SPEED);
  uint64(uint64(writer, shown), Math.max(0, mediaTime)).uint32(NORMAL_SPEED);
  return box("edts", fullBox("elst", { version: 1 }, writer.finish()));
}

/** The chunks of all tracks by the time they begin. */
function interleave(tracks: readonly TrackSamples[]): { track: number; chunk: Chunk }[] {
  return tracks
    .flatMap(({ chunks }, track) => chunks.map((chunk) => ({ track, chunk })))
    .sort((left, right) => left.chunk.startSeconds - right.chunk.startSeconds || left.track - right.track);
}

function join(...parts: Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
