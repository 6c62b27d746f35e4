import { type AccessUnit, type AudioFormat, aacFormat } from "@sameroom/protocol";
import {
  AV_CHANNEL_LAYOUT_5POINT1_BACK,
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_QUIET,
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_FLTP,
  FF_ENCODER_AAC,
  FF_ENCODER_LIBOPUS,
  type FFDecoderCodec,
} from "node-av/constants";
import { FFmpegError, Frame, Log, Packet, Rational } from "node-av/lib";
import { openDecoder, openEncoder } from "./child/open-codec.ts";

Log.setLevel(AV_LOG_QUIET);

/** Of libopus at 48 kHz. */
const preSkip = 312;
const frameSamples = 960;

/** As the encoder of {@link opusUnits} makes it. */
export const opusStereo: AudioFormat = {
  kind: "audio",
  codec: "opus",
  codecs: "opus",
  configuration: Uint8Array.of(0, 2, preSkip >> 8, preSkip & 255, 0, 0, 0xbb, 0x80, 0, 0, 0),
  sampleRate: 48_000,
  channels: 2,
};

/** Silence with a tone of 1 kHz where `loud` says so, as Opus packets of 20 ms. */
export function opusUnits(options: {
  startMicros: number;
  seconds: number;
  /** Whether the sample that many seconds after the start is part of the tone. */
  loud: (seconds: number) => boolean;
  format?: AudioFormat;
}): AccessUnit[] {
  const { startMicros, seconds, loud, format = opusStereo } = options;
  const encoder = openEncoder(
    FF_ENCODER_LIBOPUS,
    (context) => {
      context.sampleRate = 48_000;
      context.sampleFormat = AV_SAMPLE_FMT_FLT;
      context.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
      context.timeBase = new Rational(1, 48_000);
      context.bitRate = 96_000n;
    },
    { frame_duration: "20", application: "audio" },
  );
  const packet = new Packet();
  packet.alloc();
  const units: AccessUnit[] = [];
  for (let index = 0; index < seconds * 50; index++) {
    const samples = new Float32Array(2 * frameSamples);
    for (let at = 0; at < frameSamples; at++) {
      const second = (index * frameSamples + at) / 48_000;
      const value = loud(second) ? 0.5 * Math.sin(2 * Math.PI * 1000 * second) : 0;
      samples[2 * at] = value;
      samples[2 * at + 1] = value;
    }
    const frame = Frame.fromAudioBuffer(Buffer.from(samples.buffer), {
      nbSamples: frameSamples,
      format: AV_SAMPLE_FMT_FLT,
      sampleRate: 48_000,
      channelLayout: AV_CHANNEL_LAYOUT_STEREO,
      pts: BigInt(index * frameSamples),
    });
    FFmpegError.throwIfError(encoder.sendFrameSync(frame), "encode");
    frame.free();
    while (encoder.receivePacketSync(packet) >= 0) {
      units.push({
        format,
        captureMicros: startMicros + units.length * 20_000,
        compositionMicros: 0,
        keyframe: true,
        samples: frameSamples,
        data: Uint8Array.from(packet.data!),
      });
      packet.unref();
    }
  }
  packet.free();
  encoder.freeContext();
  return units;
}

const layouts = { 1: AV_CHANNEL_LAYOUT_MONO, 2: AV_CHANNEL_LAYOUT_STEREO, 6: AV_CHANNEL_LAYOUT_5POINT1_BACK };

/** Sound as AAC-LC: the same in all channels, `value` of the seconds that the sound card counts. */
export function aacUnits(options: {
  startMicros: number;
  seconds: number;
  sampleRate: number;
  channels?: 1 | 2 | 6;
  value: (seconds: number) => number;
  /** How much faster than time the sound card runs, parts per million. */
  fastPpm?: number;
}): AccessUnit[] {
  const { startMicros, seconds, sampleRate, channels = 2, value, fastPpm = 0 } = options;
  const encoder = openEncoder(FF_ENCODER_AAC, (context) => {
    context.sampleRate = sampleRate;
    context.sampleFormat = AV_SAMPLE_FMT_FLTP;
    context.channelLayout = layouts[channels];
    context.timeBase = new Rational(1, sampleRate);
    context.bitRate = BigInt(64_000 * channels);
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  });
  const samples = encoder.frameSize;
  const format = aacFormat(Uint8Array.from(encoder.extraData!));
  const packet = new Packet();
  packet.alloc();
  const units: AccessUnit[] = [];
  for (let index = 0; index * samples < seconds * sampleRate; index++) {
    const plane = Float32Array.from({ length: samples }, (_, at) =>
      value((index * samples + at) / sampleRate),
    );
    const bytes = Buffer.from(plane.buffer);
    const frame = Frame.fromAudioBuffer(Buffer.concat(Array.from({ length: channels }, () => bytes)), {
      nbSamples: samples,
      format: AV_SAMPLE_FMT_FLTP,
      sampleRate,
      channelLayout: layouts[channels],
      pts: BigInt(index * samples),
    });
    FFmpegError.throwIfError(encoder.sendFrameSync(frame), "encode");
    frame.free();
    while (encoder.receivePacketSync(packet) >= 0) {
      const micros = ((Number(packet.pts) / sampleRate) * 1_000_000) / (1 + fastPpm / 1_000_000);
      const timing = { captureMicros: Math.round(startMicros + micros), compositionMicros: 0 };
      units.push({ format, ...timing, keyframe: true, samples, data: Uint8Array.from(packet.data!) });
      packet.unref();
    }
  }
  packet.free();
  encoder.freeContext();
  return units;
}

/** Decodes packets, first channel only; a Float32Array for each packet that gave sound, an empty one otherwise. */
export function decodeSound(
  codec: FFDecoderCodec,
  configuration: Uint8Array,
  packets: readonly Uint8Array[],
): Float32Array[] {
  const decoder = openDecoder(codec, (context) => {
    context.sampleRate = 48_000;
    if (configuration.length > 0) context.extraData = Buffer.from(configuration);
  });
  const packet = new Packet();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  const decoded = packets.map((data) => {
    packet.data = Buffer.from(data);
    FFmpegError.throwIfError(decoder.sendPacketSync(packet), "decode");
    packet.unref();
    if (decoder.receiveFrameSync(frame) < 0) return new Float32Array(0);
    if (frame.format !== AV_SAMPLE_FMT_FLTP) throw new Error(`sample format ${frame.format}`);
    const plane = frame.data![0]!;
    const samples = new Float32Array(plane.buffer, plane.byteOffset, frame.nbSamples).slice();
    frame.unref();
    return samples;
  });
  packet.free();
  frame.free();
  decoder.freeContext();
  return decoded;
}

/** When the tone begins, µs: capture time of the first sample that is loud. */
export function onsetMicros(
  units: readonly { captureMicros: number }[],
  decoded: readonly Float32Array[],
): number | undefined {
  for (const [index, samples] of decoded.entries()) {
    const at = samples.findIndex((sample) => Math.abs(sample) > 0.1);
    if (at >= 0) return units[index]!.captureMicros + (at * 1_000_000) / 48_000;
  }
  return undefined;
}
