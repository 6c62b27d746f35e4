import { open, readFile } from "node:fs/promises";
import {
  type Box,
  findBox,
  parseFragment,
  parseInit,
  timescaleOf,
  type VideoFormat,
} from "@sameroom/protocol";
import type { Frame } from "node-av/lib";
import type { PicturesWork } from "../messages.ts";
import { VideoDecoder } from "./video-decoder.ts";

/** One file of a video rendition. */
export interface FragmentFile {
  path: string;
  init: string;
}

/** Every file with its own init segment. */
export function fragmentFiles({ init, fragments }: PicturesWork): FragmentFile[] {
  return fragments.map((one) => (typeof one === "string" ? { path: one, init } : one));
}

/** Files are read whole: none of ours is larger. */
const mostBytes = 256 * 1024 * 1024;
/** Enough for the boxes before the first picture of a fragment of a few hundred. */
const headBytes = 16 * 1024;

/** Decodes single pictures out of fragments; remembers the formats it has read. */
export class FragmentPictures {
  readonly #formats = new Map<string, VideoFormat | undefined>();

  /** Hands over the first keyframe of a file, valid during the call; false when there is none that can be decoded. */
  async first(file: FragmentFile, use: (frame: Frame) => void): Promise<boolean> {
    const format = await this.#format(file.init);
    const bytes = await readWhole(file.path);
    if (format === undefined || bytes === undefined) return false;
    const sample = firstKeyframe(bytes);
    if (sample === undefined) return false;
    let found = false;
    const take = (frame: Frame) => {
      if (found) return;
      found = true;
      use(frame);
    };
    const decoder = new VideoDecoder(format);
    try {
      decoder.decode(sample, 0, take);
      if (!found) decoder.flush(take);
    } finally {
      decoder.close();
    }
    return found;
  }

  /** When a file begins, ms on the timeline of its rendition; undefined when it is damaged. */
  async startMs(file: FragmentFile): Promise<number | undefined> {
    const format = await this.#format(file.init);
    const head = await readHead(file.path);
    const ticks = head && baseTime(head);
    return format && ticks !== undefined ? (ticks * 1000) / timescaleOf(format) : undefined;
  }

  async #format(init: string): Promise<VideoFormat | undefined> {
    if (!this.#formats.has(init)) {
      const format = parseInit(await readFile(init));
      this.#formats.set(init, format?.kind === "video" ? format : undefined);
    }
    return this.#formats.get(init);
  }
}

/** Undefined of a file that is gone (retention may be faster) or too large. */
async function readWhole(path: string): Promise<Buffer | undefined> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    return size > mostBytes ? undefined : await file.readFile();
  } finally {
    await file.close();
  }
}

async function readHead(path: string): Promise<Buffer | undefined> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Of the first fragment (`tfdt`, ISO 14496-12 section 8.8.12), ticks; its pictures need not be there. */
function baseTime(head: Buffer): number | undefined {
  let place: Box | undefined = { type: "", start: 0, payload: 0, end: head.length };
  for (const type of ["moof", "traf", "tfdt"]) {
    place = findBox(head, type, place);
    if (place === undefined) return undefined;
  }
  const { payload, end } = place;
  if (end - payload < 8) return undefined;
  if (head[payload] === 0) return head.readUInt32BE(payload + 4);
  return end - payload < 12 ? undefined : Number(head.readBigUInt64BE(payload + 4));
}

function firstKeyframe(bytes: Uint8Array): Uint8Array | undefined {
  for (let at = 0; ; ) {
    const fragment = parseFragment(bytes, at);
    if (fragment === undefined) return undefined;
    const sample = fragment.samples.find(({ keyframe }) => keyframe);
    if (sample !== undefined) return bytes.subarray(sample.offset, sample.offset + sample.size);
    at = fragment.end;
  }
}
