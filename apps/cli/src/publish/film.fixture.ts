import {
  AV_CHANNEL_LAYOUT_STEREO,
  AV_LOG_QUIET,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AV_SAMPLE_FMT_FLTP,
  AV_SAMPLE_FMT_S16,
  FF_ENCODER_AAC,
  FF_ENCODER_LIBX264,
  FF_ENCODER_MP2,
  FF_ENCODER_MPEG2VIDEO,
} from "node-av/constants";
import { Codec, CodecContext, FFmpegError, FormatContext, Log, Packet, Rational } from "node-av/lib";
import { openFrameSource } from "../demo/frame-source.fixture.ts";

Log.setLevel(AV_LOG_QUIET);
const RATE = 48_000;
const FRAMES_PER_SECOND = 25;

/** A film of two seconds in a file: a moving picture with B-frames and a tone. `old`: in MPEG-2, which no FLV carries. */
export async function makeFilm(path: string, kind: "modern" | "old"): Promise<void> {
  const isOld = kind === "old";
  const video = context(isOld ? FF_ENCODER_MPEG2VIDEO : FF_ENCODER_LIBX264, (codec) => {
    Object.assign(codec, {
      width: 160,
      height: 90,
      pixelFormat: AV_PIX_FMT_YUV420P,
      gopSize: 25,
      maxBFrames: 2,
    });
    codec.timeBase = new Rational(1, FRAMES_PER_SECOND);
    codec.framerate = new Rational(FRAMES_PER_SECOND, 1);
    codec.bitRate = 200_000n;
  });
  const audio = context(isOld ? FF_ENCODER_MP2 : FF_ENCODER_AAC, (codec) => {
    Object.assign(codec, { sampleRate: RATE, sampleFormat: isOld ? AV_SAMPLE_FMT_S16 : AV_SAMPLE_FMT_FLTP });
    codec.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
    codec.timeBase = new Rational(1, RATE);
    codec.bitRate = 128_000n;
  });
  const output = new FormatContext();
  FFmpegError.throwIfError(output.allocOutputContext2(null, "mpegts", path), "muxer");
  const samples = audio.frameSize;
  const lanes = [
    {
      codec: video,
      count: 2 * FRAMES_PER_SECOND,
      step: 1,
      graph: `testsrc2=s=160x90:r=${FRAMES_PER_SECOND},format=yuv420p[o];[o]buffersink`,
    },
    {
      ...{ codec: audio, count: Math.floor((2 * RATE) / samples), step: samples },
      graph: `sine=f=440:r=${RATE}:samples_per_frame=${samples},aformat=${isOld ? "s16" : "fltp"}:channel_layouts=stereo[o];[o]abuffersink`,
    },
  ].map((lane) => {
    const stream = output.newStream(null);
    stream.timeBase = lane.codec.timeBase;
    FFmpegError.throwIfError(stream.codecpar.fromContext(lane.codec), "parameters");
    return { ...lane, stream, source: openFrameSource(lane.graph), done: 0 };
  });
  FFmpegError.throwIfError(await output.openOutput(), "open");
  FFmpegError.throwIfError(await output.writeHeader(null), "header");
  const packet = new Packet();
  packet.alloc();
  for (const { codec, count, step, stream, source } of lanes) {
    for (let index = 0; index <= count; index++) {
      const frame = index === count ? null : source.next();
      if (frame !== null) {
        frame.pts = BigInt(index * step);
        frame.pictType = AV_PICTURE_TYPE_NONE;
      }
      FFmpegError.throwIfError(codec.sendFrameSync(frame), "encode");
      while (codec.receivePacketSync(packet) >= 0) {
        packet.streamIndex = stream.index;
        packet.rescaleTs(codec.timeBase, stream.timeBase);
        FFmpegError.throwIfError(await output.interleavedWriteFrame(packet), "write");
      }
    }
    source.close();
  }
  await output.writeTrailer();
  await output.closeOutput();
}

function context(
  name: Parameters<typeof Codec.findEncoderByName>[0],
  configure: (codec: CodecContext) => void,
) {
  const codec = Codec.findEncoderByName(name);
  if (codec === null) throw new Error(`this build of FFmpeg has no ${name}`);
  const made = new CodecContext();
  made.allocContext3(codec);
  configure(made);
  FFmpegError.throwIfError(made.open2Sync(codec, null), `open ${name}`);
  return made;
}

/** A stream of a file, and its packets' times in the order of decoding, ms. */
export interface FilmStream {
  codec: string;
  dtsMs: number[];
  ptsMs: number[];
}

export async function readFilm(path: string): Promise<FilmStream[]> {
  const input = new FormatContext();
  FFmpegError.throwIfError(await input.openInput(path), "open");
  FFmpegError.throwIfError(await input.findStreamInfo(null), "streams");
  const streams = input.streams.map(({ codecpar }) => ({
    codec: Codec.findDecoder(codecpar.codecId)?.name ?? "",
    dtsMs: [] as number[],
    ptsMs: [] as number[],
  }));
  const packet = new Packet();
  packet.alloc();
  while ((await input.readFrame(packet)) >= 0) {
    const { num, den } = input.streams[packet.streamIndex]!.timeBase;
    const { dtsMs, ptsMs } = streams[packet.streamIndex]!;
    dtsMs.push((Number(packet.dts) * num * 1000) / den);
    ptsMs.push((Number(packet.pts) * num * 1000) / den);
    packet.unref();
  }
  await input.closeInput();
  return streams;
}
