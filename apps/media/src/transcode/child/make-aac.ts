import { readFile, writeFile } from "node:fs/promises";
import {
  type AudioFormat,
  aacFormat,
  parseFragment,
  parseInit,
  serializeFragment,
  serializeInit,
} from "@sameroom/protocol";
import type { AacWork } from "../messages.ts";
import { AacRun, type AacSegment } from "./aac-run.ts";
import { opusRate } from "./opus-encoder.ts";

/** Progress is told each so many segments. */
const tellEvery = 16;

/**
 * Encodes the sound of a recording as AAC, segment by segment: each has the frames that begin in it, at the times of the
 * sound they hold. Memory holds two segments. Files that are gone or damaged are passed over. Rejects when the disk refuses, and when
 * `signal` ends it.
 */
export async function makeAac(
  { segments, outInit, bitrate }: AacWork,
  { progress, signal }: { progress: (done: number) => void; signal: AbortSignal },
): Promise<void> {
  const formats = new Map<string, AudioFormat | undefined>();
  let run = new AacRun(bitrate);
  const format = aacFormat(run.configuration);
  let sequence = 0;
  const write = async ({ out, frames }: AacSegment) => {
    const [first] = frames;
    if (first === undefined) return;
    sequence += 1;
    const samples = frames.map(({ data }) => ({ data, duration: run.frameSamples, keyframe: true }));
    await writeFile(out, serializeFragment({ format, sequence, baseTime: first.tick, samples }));
  };
  try {
    for (const [index, { path, init, out, restart }] of segments.entries()) {
      signal.throwIfAborted();
      if (index % tellEvery === 0) progress(index / segments.length);
      if (!formats.has(init)) formats.set(init, await opusOf(init));
      const opus = formats.get(init);
      const packets = opus && packetsOf(await readFile(path).catch(() => new Uint8Array(0)));
      const [first] = packets ?? [];
      if (opus === undefined || packets === undefined || first === undefined) continue;
      if (restart || !run.continues(first.tick)) {
        for (const segment of run.end()) await write(segment);
        run.close();
        run = new AacRun(bitrate);
      }
      for (const segment of run.add({ out, format: opus, packets })) await write(segment);
    }
    for (const segment of run.end()) await write(segment);
    await writeFile(outInit, serializeInit(format));
  } finally {
    run.close();
  }
}

async function opusOf(init: string): Promise<AudioFormat | undefined> {
  const format = parseInit(await readFile(init).catch(() => new Uint8Array(0)));
  return format?.kind === "audio" && format.codec === "opus" && format.sampleRate === opusRate
    ? format
    : undefined;
}

/** All packets of a file, as far as it is whole. */
function packetsOf(bytes: Uint8Array): { tick: number; samples: number; data: Uint8Array }[] {
  const packets: { tick: number; samples: number; data: Uint8Array }[] = [];
  for (let next = parseFragment(bytes); next !== undefined; next = parseFragment(bytes, next.end)) {
    let tick = next.baseTime;
    for (const { offset, size, duration } of next.samples) {
      packets.push({ tick, samples: duration, data: bytes.subarray(offset, offset + size) });
      tick += duration;
    }
  }
  return packets;
}
