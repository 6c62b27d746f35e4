import { ByteWriter } from "../../bytes/byte-writer.ts";
import { fullBox } from "../box.ts";
import { uint64 } from "../movie-boxes.ts";
import { serializeSampleEntry } from "../sample-entry.ts";
import type { TrackSamples } from "./track-samples.ts";

/** All boxes of `stbl` but the chunks' offsets (ISO 14496-12 sections 8.5 to 8.7). */
export function sampleTables(track: TrackSamples): Uint8Array[] {
  const { durations, compositionOffsets, keyframes, sizes } = track;
  const boxes = [
    table("stsd", { rows: track.formats, rowBytes: 256 }, (writer, format) =>
      writer.bytes(serializeSampleEntry(format)),
    ),
    table("stts", { rows: runsOf(durations) }, (writer, [count, value]) =>
      writer.uint32(count).uint32(value),
    ),
  ];
  if (compositionOffsets.some((offset) => offset !== 0)) {
    // Version 1: offsets have a sign.
    boxes.push(
      table("ctts", { rows: runsOf(compositionOffsets), version: 1 }, (writer, [count, value]) =>
        writer.uint32(count).uint32(value),
      ),
    );
  }
  if (!keyframes.every(Boolean)) {
    const rows: number[] = [];
    for (const [index, isKeyframe] of keyframes.entries()) if (isKeyframe) rows.push(index + 1);
    boxes.push(table("stss", { rows }, (writer, sample) => writer.uint32(sample)));
  }
  boxes.push(chunkRuns(track), sampleSizes(sizes));
  return boxes;
}

/** `stco`, or `co64` where offsets may exceed 32 bits (ISO 14496-12 section 8.7.5). */
export function chunkOffsets(offsets: readonly number[], { isLong }: { isLong: boolean }): Uint8Array {
  return isLong
    ? table("co64", { rows: offsets }, (writer, offset) => uint64(writer, offset))
    : table("stco", { rows: offsets }, (writer, offset) => writer.uint32(offset));
}

/** ISO 14496-12 section 8.7.4: a row where samples per chunk or description change. */
function chunkRuns({ chunks }: TrackSamples): Uint8Array {
  const rows: [firstChunk: number, samples: number, description: number][] = [];
  for (const [index, { samples, format }] of chunks.entries()) {
    const before = rows.at(-1);
    if (before?.[1] !== samples || before[2] !== format + 1) rows.push([index + 1, samples, format + 1]);
  }
  return table("stsc", { rows }, (writer, [first, samples, description]) =>
    writer.uint32(first).uint32(samples).uint32(description),
  );
}

/** ISO 14496-12 section 8.7.3.2, each sample with its own size. */
function sampleSizes(sizes: readonly number[]): Uint8Array {
  const writer = new ByteWriter(8 + 4 * sizes.length).uint32(0).uint32(sizes.length);
  for (const size of sizes) writer.uint32(size);
  return fullBox("stsz", {}, writer.finish());
}

/** A box that is a count and its rows. */
function table<Row>(
  type: string,
  { rows, rowBytes = 8, version = 0 }: { rows: readonly Row[]; rowBytes?: number; version?: number },
  write: (writer: ByteWriter, row: Row) => void,
): Uint8Array {
  const writer = new ByteWriter(4 + rowBytes * rows.length).uint32(rows.length);
  for (const row of rows) write(writer, row);
  return fullBox(type, { version }, writer.finish());
}

/** How often each value comes in a row. */
function runsOf(values: readonly number[]): [count: number, value: number][] {
  const runs: [number, number][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === value) run[0] += 1;
    else runs.push([1, value]);
  }
  return runs;
}
