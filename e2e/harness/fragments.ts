import {
  aacFormat,
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
  codec: CodecName | "aac",
  {
    frames,
    perFragment,
    baseTime = 0,
    size,
  }: { frames: number; perFragment: number; baseTime?: number; size?: string },
): Promise<FragmentedStream> {
  const packets = await encodeToRtp(codec, frames, size);
  const { format, units } = codec === "aac" ? readAac(packets) : readStream(codec, packets);
  const timescale = format.kind === "audio" ? format.sampleRate : 90_000;
  const stream: FragmentedStream = { format, init: serializeInit(format), fragments: [] };
  let time = baseTime;
  for (let at = 0; at < units.length; at += perFragment) {
    const samples = units.slice(at, at + perFragment);
    const sequence = stream.fragments.length + 1;
    const bytes = serializeFragment({ format, sequence, baseTime: time, samples });
    const ticks = samples.reduce((sum, { duration }) => sum + duration, 0);
    stream.fragments.push({ bytes, seconds: ticks / timescale, keyframe: samples[0]!.keyframe });
    time += ticks;
  }
  return stream;
}

interface Units {
  format: UnitFormat;
  units: { data: Uint8Array; keyframe: boolean; duration: number }[];
}

function readStream(codec: CodecName, packets: readonly Uint8Array[]): Units {
  const depacketizer = createDepacketizer(codec);
  const frames = packets.flatMap((packet) => {
    const header = parseRtp(packet)!;
    const frame = depacketizer.take(rtpPayload(packet, header), header.timestamp, header.marker);
    return frame === undefined ? [] : [frame];
  });
  const units = frames.map(({ data, keyframe }) => ({
    data,
    keyframe,
    duration: codec === "opus" ? opusSamples(data) : TICKS_PER_PICTURE,
  }));
  return { format: codec === "opus" ? opusFormat(2) : frames[0]!.format!, units };
}

/** Nobody sends us AAC by RTP: this reads what FFmpeg packs (RFC 3640, mode AAC-hbr). */
function readAac(packets: readonly Uint8Array[]): Units {
  const units = packets.flatMap((packet) => {
    const payload = rtpPayload(packet, parseRtp(packet)!);
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const headers = view.getUint16(0) / 16;
    let at = 2 + 2 * headers;
    return Array.from({ length: headers }, (_, index) => {
      const end = at + (view.getUint16(2 + 2 * index) >> 3);
      const data = payload.slice(at, end);
      at = end;
      return { data, keyframe: true, duration: 1024 };
    });
  });
  // AAC-LC, 48 kHz, stereo.
  return { format: aacFormat(Uint8Array.of(0x11, 0x90)), units };
}
