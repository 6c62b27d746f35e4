/**
 * `judge-program.ts <file> <seconds>`: reads and decodes what is in a media file, up to so many seconds of each stream. Standard output is what was in it, as JSON,
 * standard error what FFmpeg complained of.
 */
import { createHash } from "node:crypto";
import { AV_LOG_WARNING, AVERROR_EAGAIN, AVERROR_EOF } from "node-av/constants";
import {
  Codec,
  CodecContext,
  FFmpegError,
  FormatContext,
  Frame,
  Log,
  Packet,
  type Stream,
} from "node-av/lib";
import type { JudgedStream } from "./judge.ts";

const forSeconds = Number(process.argv[3]);
const streams: JudgedStream[] = [];
// FFmpeg itself writes these to standard error.
Log.setLevel(AV_LOG_WARNING);

const input = new FormatContext();
FFmpegError.throwIfError(await input.openInput(process.argv[2]!), "open");
FFmpegError.throwIfError(await input.findStreamInfo(null), "stream info");

interface Track {
  context: CodecContext;
  stream: Stream;
  judged: JudgedStream;
}
const tracks: Track[] = [];
for (const stream of input.streams) {
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  if (codec === null) throw new Error(`no decoder for stream ${stream.index}`);
  const context = new CodecContext();
  context.allocContext3(codec);
  FFmpegError.throwIfError(context.parametersToContext(stream.codecpar), "parameters");
  context.pktTimebase = stream.timeBase;
  FFmpegError.throwIfError(await context.open2(codec, null), "decoder");
  const judged: JudgedStream = {
    codec: codec.name ?? "",
    packets: 0,
    frames: 0,
    keyframes: 0,
    firstSeconds: Number.NaN,
    endSeconds: Number.NaN,
    sizes: [],
    digests: [],
  };
  streams.push(judged);
  tracks.push({ context, stream, judged });
}

const packet = new Packet();
packet.alloc();
const frame = new Frame();
frame.alloc();

async function drain({ context, judged }: Track): Promise<void> {
  for (;;) {
    const result = await context.receiveFrame(frame);
    if (result === AVERROR_EAGAIN || result === AVERROR_EOF) return;
    FFmpegError.throwIfError(result, "decode");
    judged.frames += 1;
    if (frame.isVideo()) {
      const size = `${frame.width}x${frame.height}`;
      if (judged.sizes.at(-1) !== size) judged.sizes.push(size);
      judged.digests.push(createHash("md5").update(frame.toBuffer()).digest("hex"));
    }
    frame.unref();
  }
}

const isEnough = () =>
  streams.every(({ firstSeconds, endSeconds }) => endSeconds - firstSeconds >= forSeconds);
while (!isEnough()) {
  const result = await input.readFrame(packet);
  if (result === AVERROR_EOF) break;
  FFmpegError.throwIfError(result, "read");
  const track = tracks[packet.streamIndex]!;
  const { judged, stream } = track;
  const tick = stream.timeBase.num / stream.timeBase.den;
  const at = Number(packet.pts) * tick;
  judged.packets += 1;
  if (packet.isKeyframe) judged.keyframes += 1;
  if (Number.isNaN(judged.firstSeconds)) judged.firstSeconds = at;
  const end = at + Number(packet.duration) * tick;
  judged.endSeconds = Math.max(end, Number.isNaN(judged.endSeconds) ? end : judged.endSeconds);
  const sent = await track.context.sendPacket(packet);
  if (sent < 0) console.error(`packet ${judged.packets} of stream ${packet.streamIndex} cannot be decoded`);
  packet.unref();
  await drain(track);
}
for (const track of tracks) {
  await track.context.sendPacket(null);
  await drain(track);
  track.context.freeContext();
}
packet.free();
frame.free();
await input.closeInput();
process.stdout.write(JSON.stringify(streams), () => process.exit(0));
