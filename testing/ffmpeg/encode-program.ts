/**
 * `encode-program.ts <codec> <frames> [<width>x<height>]`: a test picture or tone, encoded and packed into RTP by FFmpeg. Standard output is the
 * packets, each behind its length in four bytes, big-endian. FFmpeg can abort a process: it runs in one of its own.
 */
import {
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_ERROR,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_FLTP,
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
} from "node-av/lib";

const PICTURES_PER_SECOND = 30;
const SAMPLE_RATE = 48_000;
const MTU = 1200;

const ENCODERS = {
  h264: ["libx264", { preset: "ultrafast", tune: "zerolatency", profile: "baseline" }],
  vp8: ["libvpx", { deadline: "realtime", "cpu-used": "8", "lag-in-frames": "0" }],
  vp9: ["libvpx-vp9", { deadline: "realtime", "cpu-used": "8", "lag-in-frames": "0" }],
  av1: ["libsvtav1", { preset: "10", crf: "45", "svtav1-params": "pred-struct=1:lookahead=0" }],
  opus: ["libopus", { frame_duration: "20", application: "audio" }],
  aac: ["aac", {}],
} as const satisfies Record<string, readonly [string, Record<string, string>]>;

const [name = "", count = "0", size = "642x362"] = process.argv.slice(2);
const [width = 0, height = 0] = size.split("x").map(Number);
if (!(name in ENCODERS)) throw new Error(`no encoder for ${name}`);
const [encoderName, options] = ENCODERS[name as keyof typeof ENCODERS];
const isAudio = name === "opus" || name === "aac";
/** Samples in a packet. */
const perPacket = name === "aac" ? 1024 : 960;
Log.setLevel(AV_LOG_ERROR);

const codec = Codec.findEncoderByName(encoderName as Parameters<typeof Codec.findEncoderByName>[0]);
if (codec === null) throw new Error(`this build of FFmpeg has no ${encoderName}`);
const context = new CodecContext();
context.allocContext3(codec);
if (isAudio) {
  context.sampleRate = SAMPLE_RATE;
  context.sampleFormat = name === "aac" ? AV_SAMPLE_FMT_FLTP : AV_SAMPLE_FMT_FLT;
  if (name === "aac") context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  context.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
  context.timeBase = new Rational(1, SAMPLE_RATE);
  context.bitRate = 64_000n;
} else {
  context.width = width;
  context.height = height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(1, PICTURES_PER_SECOND);
  context.framerate = new Rational(PICTURES_PER_SECOND, 1);
  context.gopSize = PICTURES_PER_SECOND;
  context.maxBFrames = 0;
  context.threadCount = 1;
  if (name !== "av1") context.bitRate = 500_000n;
  else context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
}
FFmpegError.throwIfError(await context.open2(codec, Dictionary.fromObject(options)), "open");

const packets: Buffer[] = [];
const io = new IOContext();
io.allocContextWithCallbacks(4096, 1, null, (packet) => {
  // Reports travel with the packets (RFC 5761).
  if (packet[1]! >= 200 && packet[1]! <= 204) return packet.length;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(packet.length);
  packets.push(length, Buffer.from(packet));
  return packet.length;
});
io.maxPacketSize = MTU;
const output = new FormatContext();
FFmpegError.throwIfError(output.allocOutputContext2(null, "rtp", null), "muxer");
output.strictStdCompliance = -2;
output.pb = io;
const stream = output.newStream(null);
stream.timeBase = context.timeBase;
FFmpegError.throwIfError(stream.codecpar.fromContext(context), "parameters");
FFmpegError.throwIfError(await output.writeHeader(null), "header");

const graph = new FilterGraph();
graph.alloc();
const source = isAudio
  ? `sine=f=440:r=${SAMPLE_RATE}:samples_per_frame=${perPacket},aformat=${name === "aac" ? "fltp" : "flt"}:channel_layouts=stereo[o];[o]abuffersink`
  : `testsrc2=s=${size}:r=${PICTURES_PER_SECOND},format=yuv420p[o];[o]buffersink`;
FFmpegError.throwIfError(graph.parsePtr(source), "filter graph");
FFmpegError.throwIfError(graph.configSync(), "filter graph");
const sink = graph.filters?.find((filter) => filter.isSink());
const frame = new Frame();
frame.alloc();
const packet = new Packet();
packet.alloc();

async function drain(): Promise<void> {
  while ((await context.receivePacket(packet)) >= 0) {
    packet.streamIndex = 0;
    packet.rescaleTs(context.timeBase, stream.timeBase);
    FFmpegError.throwIfError(await output.writeFrame(packet), "write");
    packet.unref();
  }
}

for (let index = 0; index < Number(count); index += 1) {
  frame.unref();
  FFmpegError.throwIfError(await sink!.buffersinkGetFrame(frame), "frame");
  frame.pts = BigInt(isAudio ? index * perPacket : index);
  // The test picture says of every frame that it wants to be a keyframe.
  if (!isAudio) frame.pictType = AV_PICTURE_TYPE_NONE;
  FFmpegError.throwIfError(await context.sendFrame(frame), "encode");
  await drain();
}
await context.sendFrame(null);
await drain();
await output.writeTrailer();
packet.free();
frame.free();
graph.free();
output.pb = null;
output.freeContext();
io.freeContext();
context.freeContext();
process.stdout.write(Buffer.concat(packets), () => process.exit(0));
