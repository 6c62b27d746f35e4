import { opusFormat } from "../units/opus-format.ts";
import { opusSamples } from "../units/opus-samples.ts";
import type { AudioFormat } from "../units/types.ts";
import type { FramedSound, SoundFraming } from "./sound-stream.ts";

const START_TRIM = 0x10;
const END_TRIM = 0x08;
const EXTENSION = 0x04;

/** Opus behind control headers ("Opus in MPEG-TS", opus-codec.org, section 5). */
export class OpusFraming implements SoundFraming {
  readonly format: AudioFormat;

  /** `channels`: one or two. */
  constructor(channels: number) {
    this.format = opusFormat(channels);
  }

  frameBytes(bytes: Uint8Array, at: number): number | undefined {
    if (bytes[at] !== 0x7f) return 0;
    const header = readHeader(bytes, at);
    return header === "short" ? undefined : header === undefined ? 0 : header.start + header.size - at;
  }

  read(frame: Uint8Array): FramedSound | undefined {
    const header = readHeader(frame, 0);
    if (header === undefined || header === "short") return undefined;
    const data = frame.subarray(header.start);
    const samples = opusSamples(data);
    return samples === 0 ? undefined : { format: this.format, samples, data };
  }
}

/** Where the packet behind the header begins, and its bytes. */
function readHeader(
  bytes: Uint8Array,
  offset: number,
): { start: number; size: number } | "short" | undefined {
  if (offset + 2 > bytes.length) return "short";
  if ((bytes[offset + 1]! & 0xe0) !== 0xe0) return undefined;
  const flags = bytes[offset + 1]!;
  let at = offset + 2;
  let size = 0;
  for (let byte: number | undefined = 255; byte === 255; at += 1) {
    byte = bytes[at];
    if (byte === undefined) return "short";
    size += byte;
  }
  if ((flags & START_TRIM) !== 0) at += 2;
  if ((flags & END_TRIM) !== 0) at += 2;
  if ((flags & EXTENSION) !== 0) {
    const length = bytes[at];
    if (length === undefined) return "short";
    at += 1 + length;
  }
  return size > 0 ? { start: at, size } : undefined;
}
