/**
 * `publish-program.ts <JSON>`: an encoder as hosts have them. FFmpeg makes a test picture, with the machine's clock in it as in
 * `testing/playback/pattern.ts`, and a tone, encodes and sends them in real time. The argument is {@link PublishedStream}.
 * Writes `publishing` when media flows, and ends on a line of standard input, or with the connection.
 */
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_ERROR,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AV_PKT_DATA_NEW_EXTRADATA,
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_FLTP,
  AVIO_FLAG_WRITE,
  AVMEDIA_TYPE_AUDIO,
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
import { encodePattern, PATTERN_BLOCKS } from "../playback/pattern.ts";
import type { PublishedStream } from "./publish.ts";

const order = JSON.parse(process.argv[2] ?? "{}") as PublishedStream;
Log.setLevel(AV_LOG_ERROR);
process.env.SVT_LOG = "-1";

interface Track {
  context: CodecContext;
  /** Of one frame. */
  seconds: number;
  /** In `context.timeBase`. */
  ticks: number;
  next(): Frame;
  stream?: Stream;
  sent: number;
  /** Takes its place after so long. */
  successor?: { afterSeconds: number; open(): Promise<Track> };
  /** To be told with its first packet. */
  newExtraData?: Buffer;
}

/** A graph that nobody holds is freed under its sink. */
const graphs: FilterGraph[] = [];

function openGraph(description: string): () => Frame {
  const graph = new FilterGraph();
  graph.alloc();
  graphs.push(graph);
  graph.nbThreads = 1;
  FFmpegError.throwIfError(graph.parsePtr(description), "filter graph");
  FFmpegError.throwIfError(graph.configSync(), "filter graph");
  const sink = graph.filters!.find((filter) => filter.isSink())!;
  const frame = new Frame();
  frame.alloc();
  return () => {
    frame.unref();
    FFmpegError.throwIfError(sink.buffersinkGetFrameSync(frame), "frame");
    return frame;
  };
}

function createContext(name: string): { context: CodecContext; codec: Codec } {
  const codec = Codec.findEncoderByName(name as Parameters<typeof Codec.findEncoderByName>[0]);
  if (codec === null) throw new Error(`this build of FFmpeg has no ${name}`);
  const context = new CodecContext();
  context.allocContext3(codec);
  return { context, codec };
}

type Video = NonNullable<PublishedStream["video"]>;

/** `inBand`: the set-up comes with each keyframe, and not beside the stream. */
async function openVideo(video: Video, inBand = false): Promise<Track> {
  const { codec: name, width, height, framesPerSecond: rate, bFrames, keyframeSeconds, bitrate } = video;
  const encoder = { h264: "libx264", hevc: "libx265", vp8: "libvpx", vp9: "libvpx-vp9", av1: "libsvtav1" }[
    name
  ];
  const { context, codec } = createContext(encoder);
  const [num, den] = Number.isInteger(rate) ? [rate, 1] : [Math.round(rate * 1001), 1001];
  context.width = width;
  context.height = height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(den, num);
  context.framerate = new Rational(num, den);
  context.gopSize = Math.round(keyframeSeconds * rate);
  context.maxBFrames = bFrames;
  context.threadCount = 1;
  if (name !== "av1") context.bitRate = BigInt(bitrate);
  if (name !== "vp8" && name !== "vp9" && !inBand) context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const gop = `keyint=${context.gopSize}:min-keyint=${context.gopSize}:scenecut=0:bframes=${bFrames}`;
  const options: Record<string, Record<string, string>> = {
    h264: { preset: video.preset, ...(bFrames === 0 ? { tune: "zerolatency" } : {}), "x264-params": gop },
    hevc: { preset: video.preset, "x265-params": `${gop}:log-level=none:pools=1:frame-threads=1` },
    vp8: { deadline: "realtime", "cpu-used": "8", "lag-in-frames": "0" },
    vp9: { deadline: "realtime", "cpu-used": "8", "lag-in-frames": "0" },
    av1: { preset: "12", crf: "45", "svtav1-params": "pred-struct=1:lookahead=0" },
  };
  FFmpegError.throwIfError(await context.open2(codec, Dictionary.fromObject(options[name]!)), "open");
  const source = video.color === undefined ? "testsrc2=" : `color=c=${video.color}:`;
  const graph = `${source}s=${width}x${height}:r=${num}/${den},format=yuv420p[o];[o]buffersink`;
  const take = openGraph(graph);
  let painted: Frame | undefined;
  return {
    ...{ context, seconds: den / num, ticks: 1, sent: 0, ...successorOf(video) },
    next: () => {
      painted?.free();
      const pixels = take().toBuffer();
      paintClock(pixels, width, height);
      painted = Frame.fromVideoBuffer(pixels, { width, height, format: AV_PIX_FMT_YUV420P });
      // The test picture says of every frame that it wants to be a keyframe.
      painted.pictType = AV_PICTURE_TYPE_NONE;
      return painted;
    },
  };
}

function successorOf({ becomes, ...video }: Video): Pick<Track, "successor"> {
  if (becomes === undefined) return {};
  const { afterSeconds, ...size } = becomes;
  return {
    successor: { afterSeconds, open: () => openVideo({ ...video, ...size }, order.muxer === "mpegts") },
  };
}

/** The old encoder says the rest, the new one goes on in the same stream. */
async function replace(old: Track, open: () => Promise<Track>): Promise<Track> {
  await encode(old, null);
  const { sent, stream } = old;
  const track = Object.assign(await open(), { sent, stream });
  const { extraData } = track.context;
  if (extraData !== null && extraData.length > 0) track.newExtraData = extraData;
  tracks[tracks.indexOf(old)] = track;
  return track;
}

/** A row of blocks across the middle, black or white, in planes of YUV 4:2:0. */
function paintClock(pixels: Buffer, width: number, height: number): void {
  const block = width / PATTERN_BLOCKS;
  const top = Math.round(height * (340 / 720)) & ~1;
  const rows = Math.round(height / 18) & ~1;
  const pattern = encodePattern(performance.timeOrigin + performance.now());
  for (let row = top; row < top + rows; row += 1)
    for (const [index, white] of pattern.entries()) {
      const line = row * width;
      pixels.fill(white ? 235 : 16, line + Math.round(index * block), line + Math.round((index + 1) * block));
    }
  const chroma = (width * height) / 4;
  for (let plane = 0; plane < 2; plane += 1) {
    const start = width * height + plane * chroma;
    pixels.fill(128, start + ((top / 2) * width) / 2, start + (((top + rows) / 2) * width) / 2);
  }
}

async function openAudio(audio: NonNullable<PublishedStream["audio"]>): Promise<Track> {
  const { codec: name, sampleRate, channels, bitrate } = audio;
  const { context, codec } = createContext(name === "opus" ? "libopus" : "aac");
  context.sampleRate = sampleRate;
  context.sampleFormat = name === "opus" ? AV_SAMPLE_FMT_FLT : AV_SAMPLE_FMT_FLTP;
  context.channelLayout = channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
  context.timeBase = new Rational(1, sampleRate);
  context.bitRate = BigInt(bitrate);
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  FFmpegError.throwIfError(await context.open2(codec, null), "open");
  const ticks = name === "opus" ? 960 : 1024;
  const format = name === "opus" ? "flt" : "fltp";
  const layout = channels === 1 ? "mono" : "stereo";
  const graph = `sine=f=440:r=${sampleRate}:samples_per_frame=${ticks},volume=4,aformat=${format}:channel_layouts=${layout}[o];[o]abuffersink`;
  return { context, seconds: ticks / sampleRate, ticks, sent: 0, next: openGraph(graph) };
}

const tracks: Track[] = [];
if (order.video !== undefined) tracks.push(await openVideo(order.video));
if (order.video?.second === true) {
  const { width, height, bitrate } = order.video;
  tracks.push(
    await openVideo({ ...order.video, width: width / 2, height: height / 2, bitrate: bitrate / 4 }),
  );
}
if (order.audio !== undefined) tracks.push(await openAudio(order.audio));

const output = new FormatContext();
FFmpegError.throwIfError(output.allocOutputContext2(null, order.muxer, order.url), "muxer");
output.strictStdCompliance = -2;
for (const track of tracks) {
  track.stream = output.newStream(null);
  track.stream.timeBase = track.context.timeBase;
  FFmpegError.throwIfError(track.stream.codecpar.fromContext(track.context), "parameters");
}
const io = order.muxer === "whip" ? undefined : new IOContext();
if (io !== undefined) {
  FFmpegError.throwIfError(await io.open2(order.url, AVIO_FLAG_WRITE), "connect");
  output.pb = io;
}
// The muxer waits ten seconds for sound that rests, and sends nothing meanwhile; x264 needs more than one.
const patience = order.audio?.rests === undefined ? {} : { max_interleave_delta: "2000000" };
const header = Dictionary.fromObject({ ...patience, ...order.options });
FFmpegError.throwIfError(await output.writeHeader(header), "publish");
process.stdout.write("publishing\n");

let isOver = false;
process.stdin.once("data", () => {
  isOver = true;
});
process.stdin.once("end", () => {
  isOver = true;
});

const packet = new Packet();
packet.alloc();
const startMs = performance.now();
const endS = order.seconds ?? Number.POSITIVE_INFINITY;
while (!isOver) {
  let due = tracks.reduce((a, b) => (b.sent * b.seconds < a.sent * a.seconds ? b : a));
  const dueS = due.sent * due.seconds;
  if (due.successor !== undefined && dueS >= due.successor.afterSeconds)
    due = await replace(due, due.successor.open);
  if (dueS >= endS) break;
  const lateS = (performance.now() - startMs) / 1000 - dueS;
  if (lateS < 0) {
    await new Promise((resolve) => setTimeout(resolve, Math.ceil(-lateS * 1000)));
    continue;
  }
  const frame = due.next();
  frame.pts = BigInt(due.sent * due.ticks);
  due.sent += 1;
  await encode(due, frame);
}
for (const track of tracks) await encode(track, null);
await output.writeTrailer();
await io?.closep();
process.exit(0);

function rests(track: Track): boolean {
  const { rests } = order.audio ?? {};
  if (rests === undefined || track.context.codecType !== AVMEDIA_TYPE_AUDIO) return false;
  const restedS = track.sent * track.seconds - rests.afterSeconds;
  return restedS >= 0 && restedS < rests.forSeconds;
}

async function encode(track: Track, frame: Frame | null): Promise<void> {
  FFmpegError.throwIfError(await track.context.sendFrame(frame), "encode");
  while ((await track.context.receivePacket(packet)) >= 0) {
    packet.streamIndex = tracks.indexOf(track);
    if (track.newExtraData !== undefined) {
      FFmpegError.throwIfError(
        packet.addSideData(AV_PKT_DATA_NEW_EXTRADATA, track.newExtraData),
        "side data",
      );
      delete track.newExtraData;
    }
    if (rests(track)) {
      packet.unref();
      continue;
    }
    packet.rescaleTs(track.context.timeBase, track.stream!.timeBase);
    FFmpegError.throwIfError(await output.interleavedWriteFrame(packet), "send");
    packet.unref();
  }
}
