import type { AudioFormat, UnitFormat, VideoFormat } from "@sameroom/protocol";
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_PKT_DATA_NEW_EXTRADATA,
  AV_PKT_FLAG_KEY,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
} from "node-av/constants";
import { FFmpegError, FormatContext, Packet, Rational, type Stream } from "node-av/lib";
import type { TargetUnit } from "../messages.ts";

export interface MuxerOptions {
  /** See `teeTarget`. */
  target: string;
  video: VideoFormat | undefined;
  audio: AudioFormat | undefined;
}

const MICROSECONDS = new Rational(1, 1_000_000);
/** AVPacket wants zeros behind its data. */
const PADDING = 64;

/** Units into FFmpeg's muxer, and through it to the network. One call at a time; each waits for the network. */
export class Muxer {
  readonly #context = new FormatContext();
  readonly #packet = new Packet();
  readonly #streams = new Map<TargetUnit["kind"], Stream>();
  /** Set-ups that the next unit of their kind brings along. */
  readonly #changed = new Map<TargetUnit["kind"], Uint8Array>();

  constructor({ target, video, audio }: MuxerOptions) {
    FFmpegError.throwIfError(this.#context.allocOutputContext2(null, "tee", target), "muxer");
    if (video !== undefined) this.#addVideo(video);
    if (audio !== undefined) this.#addAudio(audio);
    this.#packet.alloc();
  }

  /** Connects and begins. Rejects when the target does not take the stream. */
  async open(): Promise<void> {
    FFmpegError.throwIfError(await this.#context.writeHeader(null), "open");
  }

  setFormat(format: UnitFormat): void {
    if (this.#streams.has(format.kind)) this.#changed.set(format.kind, format.configuration);
  }

  /** Sends a unit; one of a kind the connection did not begin with is left out. Rejects when the connection is gone. */
  async write({ kind, dtsMicros, compositionMicros, keyframe, data }: TargetUnit): Promise<void> {
    const stream = this.#streams.get(kind);
    if (stream === undefined) return;
    const packet = this.#packet;
    const padded = Buffer.alloc(data.byteLength + PADDING);
    padded.set(data);
    packet.data = padded.subarray(0, data.byteLength);
    packet.streamIndex = stream.index;
    packet.timeBase = MICROSECONDS;
    packet.dts = BigInt(Math.round(dtsMicros));
    packet.pts = BigInt(Math.round(dtsMicros + compositionMicros));
    if (keyframe) packet.setFlags(AV_PKT_FLAG_KEY);
    const changed = this.#changed.get(kind);
    if (changed !== undefined) {
      this.#changed.delete(kind);
      packet.addSideData(AV_PKT_DATA_NEW_EXTRADATA, Buffer.from(changed));
    }
    packet.rescaleTs(MICROSECONDS, stream.timeBase);
    try {
      FFmpegError.throwIfError(await this.#context.writeFrame(packet), "write");
    } finally {
      packet.unref();
    }
  }

  /** Says goodbye to the target. Memory is the process's, which ends now: a wrong order of freeing would abort it. */
  async finish(): Promise<void> {
    await this.#context.writeTrailer();
  }

  #addVideo(format: VideoFormat): void {
    const stream = this.#add("video", format);
    const { codecpar } = stream;
    codecpar.codecType = AVMEDIA_TYPE_VIDEO;
    codecpar.codecId = format.codec === "hevc" ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264;
    codecpar.width = format.width;
    codecpar.height = format.height;
  }

  #addAudio(format: AudioFormat): void {
    const stream = this.#add("audio", format);
    const { codecpar } = stream;
    codecpar.codecType = AVMEDIA_TYPE_AUDIO;
    codecpar.codecId = AV_CODEC_ID_AAC;
    codecpar.sampleRate = format.sampleRate;
    codecpar.channelLayout = format.channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
    codecpar.frameSize = 1024;
  }

  #add(kind: TargetUnit["kind"], { configuration }: UnitFormat): Stream {
    const stream = this.#context.newStream(null);
    stream.timeBase = MICROSECONDS;
    stream.codecpar.extradata = Buffer.from(configuration);
    this.#streams.set(kind, stream);
    return stream;
  }
}
