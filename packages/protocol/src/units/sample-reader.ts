import { aacSamples } from "./aac-format.ts";
import { readAv1Frame } from "./av1-frame.ts";
import { readAvcC } from "./h264-format.ts";
import { H264Frames } from "./h264-frames.ts";
import { readHvcC } from "./hevc-format.ts";
import { HevcFrames } from "./hevc-frames.ts";
import { splitAnnexB, splitLengths } from "./nal-units.ts";
import { opusSamples } from "./opus-samples.ts";
import type { AudioFormat, TimedUnit, VideoFormat } from "./types.ts";
import { CurrentFormat, type VideoFrame } from "./video-frame.ts";
import { readVp8Frame } from "./vp8-frame.ts";
import { readVp9Frame } from "./vp9-frame.ts";

/** How a container describes one of its tracks. */
export type TrackSetUp =
  | {
      kind: "video";
      codec: VideoFormat["codec"];
      /** Payload of `avcC` or `hvcC`, where the container has it: without, H.264 is a byte stream. Others tell all in their frames. */
      configuration: Uint8Array | undefined;
    }
  | { kind: "audio"; format: AudioFormat };

/** What a sample is, but for its time. */
export type Sample = Pick<TimedUnit, "format" | "keyframe" | "samples" | "data">;

/** Samples of one track of a container; `data` of what comes out is its own. Never throws. */
export interface SampleReader {
  /** Of sound: its format, which is known before any of it has come. */
  readonly sound?: AudioFormat;
  /** Undefined when damaged, and before the first keyframe. */
  read(data: Uint8Array): Sample | undefined;
}

/** Undefined when the set-up is malformed. Never throws. */
export function createSampleReader(track: TrackSetUp): SampleReader | undefined {
  if (track.kind === "audio") return new SoundReader(track.format);
  const readFrame = createFrameReader(track);
  return readFrame && new PictureReader(readFrame);
}

type FrameReader = (data: Uint8Array) => VideoFrame | undefined;

function createFrameReader({
  codec,
  configuration,
}: Extract<TrackSetUp, { kind: "video" }>): FrameReader | undefined {
  switch (codec) {
    case "vp8":
      return (data) => readVp8Frame(data.slice());
    case "vp9":
      return (data) => readVp9Frame(data.slice());
    case "av1":
      return readAv1Frame;
    case "h264":
    case "hevc":
      return createNalReader(codec, configuration);
  }
}

function createNalReader(
  codec: "h264" | "hevc",
  configuration: Uint8Array | undefined,
): FrameReader | undefined {
  const frames = codec === "h264" ? new H264Frames() : new HevcFrames();
  if (configuration === undefined) return (data) => frames.take(splitAnnexB(data));
  let lengthBytes: number | undefined;
  if (frames instanceof H264Frames) {
    const read = readAvcC(configuration);
    if (read !== undefined) frames.put(read.sets);
    lengthBytes = read?.lengthBytes;
  } else {
    const read = readHvcC(configuration);
    if (read !== undefined) frames.put(read.sets);
    lengthBytes = read?.lengthBytes;
  }
  if (lengthBytes === undefined) return undefined;
  return (data) => {
    const nals = splitLengths(data, lengthBytes);
    return nals && frames.take(nals);
  };
}

class PictureReader implements SampleReader {
  readonly #readFrame: FrameReader;
  readonly #current = new CurrentFormat();

  constructor(readFrame: FrameReader) {
    this.#readFrame = readFrame;
  }

  read(bytes: Uint8Array): Sample | undefined {
    const frame = this.#readFrame(bytes);
    if (frame === undefined || frame.data.length === 0) return undefined;
    this.#current.change(frame);
    const { format } = this.#current;
    return format && { format, keyframe: frame.keyframe, samples: 0, data: frame.data };
  }
}

class SoundReader implements SampleReader {
  readonly sound: AudioFormat;

  constructor(format: AudioFormat) {
    this.sound = format;
  }

  read(data: Uint8Array): Sample | undefined {
    const format = this.sound;
    const samples = format.codec === "opus" ? opusSamples(data) : aacSamples(format);
    if (samples === 0 || data.length === 0) return undefined;
    return { format, keyframe: true, samples, data: data.slice() };
  }
}
