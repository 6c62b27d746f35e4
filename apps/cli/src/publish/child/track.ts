import { Decoder, Encoder, FilterAPI } from "node-av/api";
import {
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_AV1,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_CODEC_ID_OPUS,
  AV_CODEC_ID_VP9,
  AVMEDIA_TYPE_VIDEO,
  FF_ENCODER_AAC,
  FF_ENCODER_LIBX264,
} from "node-av/constants";
import { avGetCodecName, FFmpegError, type Packet, type Stream } from "node-av/lib";

/** What FLV carries, enhanced RTMP included, and every Sameroom server takes. */
const CARRIED = new Set<number>([
  ...[
    AV_CODEC_ID_H264,
    AV_CODEC_ID_HEVC,
    AV_CODEC_ID_AV1,
    AV_CODEC_ID_VP9,
    AV_CODEC_ID_AAC,
    AV_CODEC_ID_OPUS,
  ],
]);

/** One stream of a file on its way into FLV: as it is where FLV carries it, else encoded anew. */
export interface Track {
  /** For people: `h264`, or `mpeg2video as h264`. */
  readonly words: string;
  /** What comes of a packet, which belongs to the caller again afterwards. */
  take(packet: Packet): Promise<Packet[]>;
  /** What was still held back, at the end. */
  drain(): Promise<Packet[]>;
  /** Sets up the output's stream. Undefined while that is not known yet. */
  describe(): ((stream: Stream) => void) | undefined;
  close(): void;
}

/** Chooses by codec. */
export async function openTrack(input: Stream): Promise<Track> {
  return CARRIED.has(input.codecpar.codecId) ? copy(input) : encodeAnew(input);
}

function copy(input: Stream): Track {
  return {
    words: avGetCodecName(input.codecpar.codecId) ?? "unknown",
    async take(packet) {
      const same = packet.clone();
      return same === null ? [] : [same];
    },
    drain: async () => [],
    describe: () => (output) => {
      FFmpegError.throwIfError(input.codecpar.copy(output.codecpar), "codec parameters");
      output.codecpar.codecTag = 0;
      output.timeBase = input.timeBase;
    },
    close() {},
  };
}

/** A picture becomes H.264 with a keyframe every two seconds, sound AAC in stereo: what platforms and players take. */
async function encodeAnew(input: Stream): Promise<Track> {
  const isPicture = input.codecpar.codecType === AVMEDIA_TYPE_VIDEO;
  const decoder = await Decoder.create(input);
  const filter = FilterAPI.create(
    isPicture
      ? "format=yuv420p,scale=trunc(iw/2)*2:trunc(ih/2)*2"
      : "aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo",
  );
  const encoder = isPicture
    ? await Encoder.create(FF_ENCODER_LIBX264, {
        bitrate: "3M",
        maxBFrames: 0,
        gopSize: Math.max(2, Math.round(2 * framesPerSecond(input))),
        options: { preset: "veryfast", profile: "high", flags: "+global_header" },
      })
    : await Encoder.create(FF_ENCODER_AAC, { bitrate: "160k", options: { flags: "+global_header" } });
  const pass = async (packet: Packet | null) => {
    const made: Packet[] = [];
    for (const frame of await decoder.decodeAll(packet)) {
      for (const filtered of await filter.processAll(frame)) {
        made.push(...(await encoder.encodeAll(filtered)));
        filtered.free();
      }
      frame.free();
    }
    return made;
  };
  return {
    words: `${avGetCodecName(input.codecpar.codecId) ?? "unknown"} as ${isPicture ? "h264" : "aac"}`,
    take: (packet) => pass(packet),
    async drain() {
      const made = await pass(null);
      for (const filtered of await filter.processAll(null)) made.push(...(await encoder.encodeAll(filtered)));
      made.push(...(await encoder.encodeAll(null)));
      return made;
    },
    describe() {
      const context = encoder.getCodecContext();
      if (context === null || !encoder.isReady() || context.extraData === null) return undefined;
      return (output) => {
        FFmpegError.throwIfError(output.codecpar.fromContext(context), "codec parameters");
        output.timeBase = context.timeBase;
      };
    },
    close() {
      encoder.close();
      filter.close();
      decoder.close();
    },
  };
}

/** As the file says; 30 where it says nothing. */
function framesPerSecond({ avgFrameRate: { num, den } }: Stream): number {
  const rate = den > 0 ? num / den : 0;
  return rate >= 1 && rate <= 240 ? rate : 30;
}
