import {
  AV_CHANNEL_LAYOUT_STEREO,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AV_SAMPLE_FMT_FLT,
  FF_ENCODER_LIBOPUS,
  FF_ENCODER_LIBX264,
  type FFEncoderCodec,
} from "node-av/constants";
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FilterGraph,
  Frame,
  Packet,
  Rational,
} from "node-av/lib";

/** Frames of 20 ms, of a loop that FFmpeg encoded: Annex B pictures of H.264, packets of Opus. */
export interface RealMedia {
  /** By layer, as many pictures each; every `gop`-th is a keyframe with its parameter sets. */
  video: Record<string, Uint8Array[]>;
  audio: Uint8Array[];
  framesPerSecond: number;
  gop: number;
}

export interface RealMediaOptions {
  /** Layers, lowest first: width and height. */
  layers: Record<string, readonly [number, number]>;
  seconds: number;
  framesPerSecond?: number;
  /** Pictures from keyframe to keyframe; default one a second. */
  gop?: number;
}

/** Encodes a test picture and a tone with x264 and libopus, as browsers send them: baseline, no B-frames, 20 ms packets. */
export async function encodeRealMedia(options: RealMediaOptions): Promise<RealMedia> {
  const { layers, seconds, framesPerSecond = 25, gop = framesPerSecond } = options;
  const video: Record<string, Uint8Array[]> = {};
  for (const [name, [width, height]] of Object.entries(layers)) {
    const picture = `testsrc2=size=${width}x${height}:rate=${framesPerSecond},format=yuv420p,buffersink`;
    const encoder = await openEncoder(
      FF_ENCODER_LIBX264,
      (context) => {
        context.width = width;
        context.height = height;
        context.timeBase = new Rational(1, framesPerSecond);
        context.framerate = new Rational(framesPerSecond, 1);
        context.pixelFormat = AV_PIX_FMT_YUV420P;
        context.gopSize = 10_000;
        context.maxBFrames = 0;
        context.threadCount = 1;
        context.bitRate = BigInt(width * height * 5);
      },
      {
        preset: "ultrafast",
        tune: "zerolatency",
        profile: "baseline",
        forced_idr: "1",
        "x264-params": "scenecut=0",
      },
    );
    video[name] = encode(encoder, picture, seconds * framesPerSecond, (frame, index) => {
      frame.pts = BigInt(index);
      frame.pictType = index % gop === 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    });
  }
  const sound =
    "sine=frequency=440:sample_rate=48000:samples_per_frame=960," +
    "aformat=sample_fmts=flt:channel_layouts=stereo,abuffersink";
  const opus = await openEncoder(
    FF_ENCODER_LIBOPUS,
    (context) => {
      context.sampleRate = 48_000;
      context.sampleFormat = AV_SAMPLE_FMT_FLT;
      context.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
      context.timeBase = new Rational(1, 48_000);
      context.bitRate = 48_000n;
    },
    { frame_duration: "20", application: "audio" },
  );
  const audio = encode(opus, sound, seconds * 50, (frame, index) => {
    frame.pts = BigInt(index * 960);
  });
  return { video, audio, framesPerSecond, gop };
}

async function openEncoder(
  name: FFEncoderCodec,
  setUp: (context: CodecContext) => void,
  options: Record<string, string>,
): Promise<CodecContext> {
  const codec = Codec.findEncoderByName(name);
  if (codec === null) throw new Error(`this build of FFmpeg has no ${name}`);
  const context = new CodecContext();
  context.allocContext3(codec);
  setUp(context);
  FFmpegError.throwIfError(await context.open2(codec, Dictionary.fromObject(options)), "open");
  return context;
}

function encode(
  encoder: CodecContext,
  source: string,
  count: number,
  prepare: (frame: Frame, index: number) => void,
): Uint8Array[] {
  const graph = new FilterGraph();
  graph.alloc();
  FFmpegError.throwIfError(graph.parsePtr(source), "filter graph");
  FFmpegError.throwIfError(graph.configSync(), "filter graph");
  const sink = graph.filters!.find((filter) => filter.isSink())!;
  const frame = new Frame();
  frame.alloc();
  const packet = new Packet();
  packet.alloc();
  const packets: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    FFmpegError.throwIfError(sink.buffersinkGetFrameSync(frame), "filter graph");
    prepare(frame, index);
    FFmpegError.throwIfError(encoder.sendFrameSync(frame), "encode");
    frame.unref();
    while (encoder.receivePacketSync(packet) >= 0) {
      packets.push(Uint8Array.from(packet.data!));
      packet.unref();
    }
  }
  packet.free();
  frame.free();
  graph.free();
  encoder.freeContext();
  return packets;
}
