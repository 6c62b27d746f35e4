import { readdir, readFile, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { parseInit, timescaleOf, type UnitFormat } from "@sameroom/protocol";
import { initName, parseSegmentName } from "../archive/live-names.ts";
import type { Moment, TakenSegment } from "./moment.ts";
import { bestSound, byQuality, isOriginal } from "./moments.ts";
import { ticksOf, wholeFragments } from "./whole-fragments.ts";

/** A picture this much shorter than another one of its number was still being written. */
const AS_LONG = 0.9;

/**
 * What a process that was killed has left in a program's directory of the live archive, beginning with the segment `from`: in
 * order, each file cut behind its last whole fragment. `tick0Micros`: capture time of timestamp 0, where it is known.
 */
export async function* leftOverMoments(
  directory: string,
  { from, to, tick0Micros }: { from: number; to: number; tick0Micros: number | undefined },
): AsyncGenerator<Moment> {
  const files = new Map<number, { rendition: string; name: string; version: number }[]>();
  for (const rendition of await names(directory)) {
    if (!isOriginal(rendition)) continue;
    for (const name of await names(join(directory, rendition))) {
      const parsed = parseSegmentName(name);
      if (parsed === undefined || parsed.number < from || parsed.number > to) continue;
      const list = files.get(parsed.number) ?? [];
      files.set(parsed.number, list);
      list.push({ rendition, name, version: parsed.version });
    }
  }
  let micros = tick0Micros;
  for (const number of [...files.keys()].sort((a, b) => a - b)) {
    const taken: TakenSegment[] = [];
    for (const { rendition, name, version } of files.get(number)!) {
      const place = join(directory, rendition);
      const found = await cut(join(place, name), join(place, initName(version)), micros);
      if (found === undefined) continue;
      micros ??= found.tick0Micros;
      taken.push({ rendition, version, ...found.taken });
    }
    const pictures = taken.filter(({ format }) => format.kind === "video");
    const longest = Math.max(0, ...pictures.map(({ durationMicros }) => durationMicros));
    const video = pictures
      .filter(({ durationMicros }) => durationMicros >= longest * AS_LONG)
      .sort(byQuality)[0];
    const audio = bestSound(taken.filter(({ format }) => format.kind === "audio"));
    if (video !== undefined || audio !== undefined) yield { number, discontinuity: false, video, audio };
  }
}

/** Cuts a file behind its last whole fragment; undefined when nothing of it can be played. */
async function cut(path: string, initPath: string, known: number | undefined) {
  const [bytes, init] = [await read(path), await read(initPath)];
  const format: UnitFormat | undefined = init && parseInit(init);
  if (bytes === undefined || format === undefined) return undefined;
  const { fragments, end } = wholeFragments(bytes);
  const [first] = fragments;
  if (first === undefined) return undefined;
  if (end < bytes.length) await truncate(path, end);
  const micros = (ticks: number) => (ticks * 1_000_000) / timescaleOf(format);
  const durationMicros = micros(ticksOf(fragments));
  const tick0Micros = known ?? (await stat(path)).mtimeMs * 1000 - durationMicros - micros(first.baseTime);
  const captureMicros = tick0Micros + micros(first.baseTime);
  return { tick0Micros, taken: { path, initPath, format, captureMicros, durationMicros, byteLength: end } };
}

async function names(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}

async function read(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch(() => undefined);
}
