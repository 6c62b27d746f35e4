import { h264ParameterSets } from "../units/h264-format.ts";
import { readHvcC } from "../units/hevc-format.ts";
import type { VideoFormat } from "../units/types.ts";
import { type ParsedFragment, parseFragment } from "./parse-fragment.ts";
import { serializeFragment } from "./serialize-fragment.ts";
import type { ParsedSample } from "./track-fragment.ts";

/**
 * A segment whose keyframes carry the parameter sets themselves, too, as whole fragments; undefined when nothing has to be
 * added: it has them, has no keyframe, or its codec needs none. Players that pass over a second `EXT-X-MAP` (FFmpeg's HLS
 * demuxer) decode it nevertheless. What follows the last whole fragment is left out. Never throws for bytes that were parsed.
 */
export function repeatParameterSets(format: VideoFormat, bytes: Uint8Array): Uint8Array | undefined {
  const sets = parameterSets(format);
  if (sets.length === 0) return undefined;
  const head = withLengths(sets);
  const fragments: Uint8Array[] = [];
  let isChanged = false;
  for (let next = parseFragment(bytes); next !== undefined; next = parseFragment(bytes, next.end)) {
    if (next.samples.length === 0) continue;
    const isMissing = (sample: ParsedSample) => sample.keyframe && !beginsWith(bytes, sample, sets[0]!);
    isChanged ||= next.samples.some(isMissing);
    fragments.push(rewrite(bytes, next, { format, head, isMissing }));
  }
  return isChanged ? join(fragments) : undefined;
}

function parameterSets({ codec, configuration }: VideoFormat): Uint8Array[] {
  if (codec === "h264") {
    const sets = h264ParameterSets(configuration);
    return sets === undefined ? [] : [...sets.sps, ...sets.pps];
  }
  const read = codec === "hevc" ? readHvcC(configuration) : undefined;
  return read?.lengthBytes === 4 ? [...read.sets.vps, ...read.sets.sps, ...read.sets.pps] : [];
}

/** Whether this NAL unit is the sample's first. */
function beginsWith(bytes: Uint8Array, { offset, size }: ParsedSample, nal: Uint8Array): boolean {
  if (size < 4 + nal.length) return false;
  const length = new DataView(bytes.buffer, bytes.byteOffset + offset).getUint32(0);
  return length === nal.length && nal.every((byte, index) => bytes[offset + 4 + index] === byte);
}

function rewrite(
  bytes: Uint8Array,
  { sequence, baseTime, samples }: ParsedFragment,
  options: { format: VideoFormat; head: Uint8Array; isMissing: (sample: ParsedSample) => boolean },
): Uint8Array {
  const { format, head, isMissing } = options;
  return serializeFragment({
    ...{ format, sequence, baseTime },
    samples: samples.map((sample) => {
      const { offset, size, duration, keyframe, compositionOffset } = sample;
      const data = bytes.subarray(offset, offset + size);
      return { duration, keyframe, compositionOffset, data: isMissing(sample) ? join([head, data]) : data };
    }),
  });
}

/** NAL units behind lengths of four bytes. */
function withLengths(nals: readonly Uint8Array[]): Uint8Array {
  return join(
    nals.flatMap((nal) => {
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, nal.length);
      return [length, nal];
    }),
  );
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
