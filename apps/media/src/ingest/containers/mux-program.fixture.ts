/**
 * `mux-program.fixture.ts <JSON of MuxOptions>`: two seconds of a test picture and a tone, encoded and muxed by FFmpeg, whose packets
 * (length, JSON) and container are standard output. FFmpeg can abort a process: it runs in one of its own.
 */
import {
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_ERROR,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_FLTP,
  AV_SAMPLE_FMT_S16,
} from "node-av/constants";
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FilterGraph,
  FormatContext,
  Frame,
  IOContext,
  Log,
  Packet,
  Rational,
  type Stream,
} from "node-av/lib";
import type { MuxedPacket, MuxOptions } from "./mux.fixture.ts";

const RATE = 25;
const PICTURES = 50;
const SIZE = "322x182";

const ENCODERS: Record<string, readonly [string, Record<string, string>]> = {
  // As OBS and FFmpeg have it by default: B-frames.
  h264: ["libx264", { preset: "ultrafast", "x264-params": "bframes=2:b-adapt=0:scenecut=0" }],
  hevc: ["libx265", { preset: "ultrafast", "x265-params": "log-level=0:bframes=2:pools=1:frame-threads=1" }],
  vp8: ["libvpx", { deadline: "realtime", "cpu-used": "8", "lag-in-frames": "0" }],
  vp9: ["libvpx-vp9", { deadline: "realtime", "cpu-used": "8", "lag-in-frames": "0" }],
  av1: ["libsvtav1", { preset: "12", crf: "50", "svtav1-params": "pred-struct=1:lookahead=0" }],
  opus: ["libopus", { frame_duration: "20" }],
  aac: ["aac", {}],
  mp2: ["mp2", {}],
};

const options = JSON.parse(process.argv[2]!) as MuxOptions;
Log.setLevel(AV_LOG_ERROR);
const check = (code: number | null | undefined, doing: string) => FFmpegError.throwIfError(code ?? 0, doing);

interface Track {
  context: CodecContext;
  stream: Stream;
  sink: NonNullable<FilterGraph["filters"]>[number];
  graph: FilterGraph;
  isAudio: boolean;
  /** Ticks of the encoder from frame to frame. */
  step: number;
  next: number;
}

const written: Buffer[] = [];
const io = new IOContext();
io.allocContextWithCallbacks(4096, 1, null, (bytes) => {
  written.push(Buffer.from(bytes));
  return bytes.length;
});
const output = new FormatContext();
check(output.allocOutputContext2(null, options.muxer, null), "muxer");
output.strictStdCompliance = -2;
output.pb = io;

async function open(name: string, isAudio: boolean): Promise<Track> {
  const [encoder, settings] = ENCODERS[name]!;
  const codec = Codec.findEncoderByName(encoder as Parameters<typeof Codec.findEncoderByName>[0]);
  if (codec === null) throw new Error(`this build of FFmpeg has no ${encoder}`);
  const context = new CodecContext();
  context.allocContext3(codec);
  const rate = options.sampleRate ?? 48_000;
  const step = isAudio ? (name === "opus" ? 960 : name === "mp2" ? 1152 : 1024) : 1;
  if (isAudio) {
    context.sampleRate = rate;
    context.sampleFormat = name === "opus" ? AV_SAMPLE_FMT_FLT : AV_SAMPLE_FMT_FLTP;
    if (name === "mp2") context.sampleFormat = AV_SAMPLE_FMT_S16;
    context.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
    context.timeBase = new Rational(1, rate);
    context.bitRate = 96_000n;
  } else {
    [context.width, context.height] = SIZE.split("x").map(Number) as [number, number];
    context.pixelFormat = AV_PIX_FMT_YUV420P;
    context.timeBase = new Rational(1, RATE);
    context.framerate = new Rational(RATE, 1);
    context.gopSize = RATE;
    context.threadCount = 1;
    if (name !== "av1") context.bitRate = 400_000n;
  }
  if (options.muxer !== "mpegts") context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  check(await context.open2(codec, Dictionary.fromObject(settings)), "open");
  const stream = output.newStream(null);
  stream.timeBase = context.timeBase;
  check(stream.codecpar.fromContext(context), "parameters");
  const graph = new FilterGraph();
  graph.alloc();
  const format = name === "opus" ? "flt" : name === "mp2" ? "s16" : "fltp";
  const source = isAudio
    ? `sine=f=440:r=${rate}:samples_per_frame=${step},aformat=${format}:channel_layouts=stereo[o];[o]abuffersink`
    : `testsrc2=s=${SIZE}:r=${RATE},format=yuv420p[o];[o]buffersink`;
  check(graph.parsePtr(source), "filter graph");
  check(graph.configSync(), "filter graph");
  const sink = graph.filters!.find((filter) => filter.isSink())!;
  return { context, stream, graph, sink, isAudio, step, next: 0 };
}

const tracks: Track[] = [];
if (options.video !== undefined) tracks.push(await open(options.video, false));
if (options.audio !== undefined) tracks.push(await open(options.audio, true));
check(await output.writeHeader(Dictionary.fromObject(options.settings ?? {})), "header");

const packets: MuxedPacket[] = [];
const frame = new Frame();
frame.alloc();
const packet = new Packet();
packet.alloc();

async function drain(track: Track): Promise<void> {
  const { context, stream } = track;
  const micros = (ticks: bigint) => (Number(ticks) * 1_000_000 * context.timeBase.num) / context.timeBase.den;
  while ((await context.receivePacket(packet)) >= 0) {
    packets.push({
      kind: track.isAudio ? "audio" : "video",
      ptsMicros: micros(packet.pts),
      dtsMicros: micros(packet.dts),
      bytes: packet.data!.length,
      keyframe: packet.isKeyframe,
    });
    packet.streamIndex = stream.index;
    packet.rescaleTs(context.timeBase, stream.timeBase);
    check(await output.interleavedWriteFrame(packet), "write");
    packet.unref();
  }
}

const isOver = ({ next, context }: Track) =>
  (next * context.timeBase.num) / context.timeBase.den >= PICTURES / RATE;
for (;;) {
  const seconds = (track: Track) => (track.next * track.context.timeBase.num) / track.context.timeBase.den;
  const track = tracks.filter((one) => !isOver(one)).sort((one, other) => seconds(one) - seconds(other))[0];
  if (track === undefined) break;
  frame.unref();
  check(await track.sink.buffersinkGetFrame(frame), "frame");
  frame.pts = BigInt(track.next);
  // The test picture says of every frame that it wants to be a keyframe.
  if (!track.isAudio) frame.pictType = AV_PICTURE_TYPE_NONE;
  track.next += track.step;
  check(await track.context.sendFrame(frame), "encode");
  await drain(track);
}
for (const track of tracks) {
  await track.context.sendFrame(null);
  await drain(track);
}
check(await output.writeTrailer(), "trailer");
packet.free();
frame.free();
for (const { graph } of tracks) graph.free();
output.pb = null;
output.freeContext();
io.freeContext();
for (const { context } of tracks) context.freeContext();
const told = Buffer.from(JSON.stringify(packets));
const length = Buffer.alloc(4);
length.writeUInt32BE(told.length);
process.stdout.write(Buffer.concat([length, told, ...written]), () => process.exit(0));
