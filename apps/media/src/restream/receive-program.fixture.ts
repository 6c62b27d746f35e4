/**
 * `receive-program.fixture.ts <url>`: FFmpeg waits at the address (`…listen=1` of RTMP is added), takes one stream and decodes it. A line of
 * JSON for the streams, then one every half second, the last one at the end. FFmpeg can abort a process: it runs in one of its own.
 */
import { AV_LOG_ERROR, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from "node-av/constants";
import { Codec, CodecContext, Dictionary, FFmpegError, FormatContext, Frame, Log, Packet } from "node-av/lib";
import type { Received } from "./receiver.fixture.ts";

const [url = ""] = process.argv.slice(2);
Log.setLevel(AV_LOG_ERROR);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const context = new FormatContext();
const options = url.startsWith("rtmp")
  ? { listen: "1", analyzeduration: "3000000" }
  : { analyzeduration: "3000000" };
const opening = context.openInput(url, null, Dictionary.fromObject(options));
say({ listening: true });
FFmpegError.throwIfError(await opening, "open");
FFmpegError.throwIfError(await context.findStreamInfo(null), "streams");
const received: Received[] = [];
const decoders: CodecContext[] = [];
for (const { codecpar } of context.streams) {
  const codec = Codec.findDecoder(codecpar.codecId)!;
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  decoder.parametersToContext(codecpar);
  FFmpegError.throwIfError(decoder.open2Sync(codec, null), "decoder");
  decoders.push(decoder);
  received.push({
    kind: codecpar.codecType === AVMEDIA_TYPE_VIDEO ? "video" : "audio",
    ...{ codec: codec.name ?? "", width: codecpar.width, height: codecpar.height },
    ...{ sampleRate: codecpar.codecType === AVMEDIA_TYPE_AUDIO ? codecpar.sampleRate : 0 },
    ...{ packets: 0, decoded: 0, firstMs: 0, lastMs: 0, faults: 0 },
  });
}
say(received);
const told = setInterval(() => say(received), 500);
const packet = new Packet();
packet.alloc();
const frame = new Frame();
frame.alloc();
while ((await context.readFrame(packet)) >= 0) {
  const stream = received[packet.streamIndex];
  const decoder = decoders[packet.streamIndex];
  if (stream === undefined || decoder === undefined) continue;
  const { num, den } = context.streams[packet.streamIndex]!.timeBase;
  const atMs = (Number(packet.pts) * num * 1000) / den;
  if (stream.packets === 0) stream.firstMs = atMs;
  stream.lastMs = Math.max(stream.lastMs, atMs);
  stream.packets += 1;
  if (decoder.sendPacketSync(packet) < 0) stream.faults += 1;
  while (decoder.receiveFrameSync(frame) >= 0) {
    stream.decoded += 1;
    if (stream.kind === "video") Object.assign(stream, { width: frame.width, height: frame.height });
    frame.unref();
  }
  packet.unref();
}
clearInterval(told);
say(received);
process.exit(0);
