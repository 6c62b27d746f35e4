/**
 * `whip-program.fixture.ts <url> <token> [<whip flags>]`: FFmpeg's WHIP muxer publishes a test picture in H.264 until it is killed. Ends with an
 * error when the server refuses. FFmpeg can abort a process: it runs in one of its own.
 */
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_ERROR,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
} from "node-av/constants";
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FilterGraph,
  FormatContext,
  Frame,
  Log,
  Packet,
  Rational,
} from "node-av/lib";

const RATE = 30;
const [url = "", token = "", flags = ""] = process.argv.slice(2);
Log.setLevel(AV_LOG_ERROR);

const codec = Codec.findEncoderByName("libx264" as Parameters<typeof Codec.findEncoderByName>[0]);
if (codec === null) throw new Error("this build of FFmpeg has no libx264");
const encoder = new CodecContext();
encoder.allocContext3(codec);
encoder.width = 320;
encoder.height = 180;
encoder.pixelFormat = AV_PIX_FMT_YUV420P;
encoder.timeBase = new Rational(1, RATE);
encoder.framerate = new Rational(RATE, 1);
encoder.gopSize = RATE;
encoder.maxBFrames = 0;
encoder.threadCount = 1;
encoder.bitRate = 300_000n;
// The muxer reads the profile from the parameter sets, and repeats them itself.
encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
const fast = Dictionary.fromObject({ preset: "ultrafast", tune: "zerolatency", profile: "baseline" });
FFmpegError.throwIfError(await encoder.open2(codec, fast), "encoder");

const output = new FormatContext();
FFmpegError.throwIfError(output.allocOutputContext2(null, "whip", url), "muxer");
const stream = output.newStream(null);
stream.timeBase = encoder.timeBase;
FFmpegError.throwIfError(stream.codecpar.fromContext(encoder), "parameters");
const options = {
  authorization: token,
  handshake_timeout: 10_000,
  ...(flags === "" ? {} : { whip_flags: flags }),
};
FFmpegError.throwIfError(await output.writeHeader(Dictionary.fromObject(options)), "WHIP");

const graph = new FilterGraph();
graph.alloc();
FFmpegError.throwIfError(
  graph.parsePtr(`testsrc2=s=320x180:r=${RATE},format=yuv420p[o];[o]buffersink`),
  "graph",
);
FFmpegError.throwIfError(graph.configSync(), "graph");
const sink = graph.filters?.find((filter) => filter.isSink());
const frame = new Frame();
frame.alloc();
const packet = new Packet();
packet.alloc();

const startedMs = performance.now();
for (let index = 0; ; index += 1) {
  const waitMs = startedMs + (index * 1000) / RATE - performance.now();
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  frame.unref();
  FFmpegError.throwIfError(await sink!.buffersinkGetFrame(frame), "frame");
  frame.pts = BigInt(index);
  // The test picture says of every frame that it wants to be a keyframe.
  frame.pictType = AV_PICTURE_TYPE_NONE;
  FFmpegError.throwIfError(await encoder.sendFrame(frame), "encode");
  while ((await encoder.receivePacket(packet)) >= 0) {
    packet.streamIndex = 0;
    packet.rescaleTs(encoder.timeBase, stream.timeBase);
    FFmpegError.throwIfError(await output.writeFrame(packet), "send");
    packet.unref();
  }
}
