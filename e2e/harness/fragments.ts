import {
  type CodecName,
  createDepacketizer,
  opusFormat,
  opusSamples,
  parseRtp,
  rtpPayload,
  serializeFragment,
  serializeInit,
  type UnitFormat,
} from "@sameroom/protocol";
import { encodeToRtp } from "../../testing/ffmpeg/encode.ts";

/** A stream from FFmpeg's packetizer through ours to fragments. */
export interface FragmentedStream {
  format: UnitFormat;
  init: Uint8Array;
  fragments: { bytes: Uint8Array; seconds: number; keyframe: boolean }[];
}

const TICKS_PER_PICTURE = 3000;

/** Encodes `frames` pictures or packets of sound and puts `perFragment` of them into each fragment, from `baseTime` on. */
export async function fragmentsOf(
  codec: CodecName,
  { frames, perFragment, baseTime = 0 }: { frames: number; perFragment: number; baseTime?: number },
): Promise<FragmentedStream> {
  const depacketizer = createDepacketizer(codec);
  const units = (await encodeToRtp(codec, frames)).flatMap((packet) => {
    const header = parseRtp(packet)!;
    const frame = depacketizer.take(rtpPayload(packet, header), header.timestamp, header.marker);
    return frame === undefined ? [] : [frame];
  });
  const format = codec === "opus" ? opusFormat(2) : units[0]!.format!;
  const timescale = codec === "opus" ? 48_000 : 90_000;
  const stream: FragmentedStream = { format, init: serializeInit(format), fragments: [] };
  let time = baseTime;
  for (let at = 0; at < units.length; at += perFragment) {
    const samples = units.slice(at, at + perFragment).map(({ data, keyframe }) => ({
      data,
      keyframe,
      duration: codec === "opus" ? opusSamples(data) : TICKS_PER_PICTURE,
    }));
    const sequence = stream.fragments.length + 1;
    const bytes = serializeFragment({ format, sequence, baseTime: time, samples });
    const ticks = samples.reduce((sum, { duration }) => sum + duration, 0);
    stream.fragments.push({ bytes, seconds: ticks / timescale, keyframe: samples[0]!.keyframe });
    time += ticks;
  }
  return stream;
}
