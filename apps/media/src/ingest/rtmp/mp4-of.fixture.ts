import { serializeFragment, serializeInit } from "@sameroom/protocol";
import type { EncoderUnit } from "../encoder/types.ts";

const TIMESCALE = 90_000;

/** Pictures of one format as an MP4 file, timed as they are. */
export function mp4Of(units: readonly EncoderUnit[]): Uint8Array {
  const { format } = units[0]!;
  const ticks = (micros: number) => Math.round((micros * TIMESCALE) / 1_000_000);
  const decoded = units.map(({ ptsMicros, compositionMicros }) => ticks(ptsMicros - compositionMicros));
  const samples = units.map(({ data, keyframe, compositionMicros }, index) => ({
    ...{ data, keyframe, compositionOffset: ticks(compositionMicros) },
    duration: (decoded[index + 1] ?? decoded[index]! + 3000) - decoded[index]!,
  }));
  const fragment = serializeFragment({ format, sequence: 1, baseTime: decoded[0]!, samples });
  return Buffer.concat([serializeInit(format), fragment]);
}
