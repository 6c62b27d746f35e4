import { ByteWriter } from "../bytes/byte-writer.ts";
import type { AudioFormat, UnitFormat, VideoFormat } from "../units/types.ts";
import { box } from "./box.ts";
import { serializeEsds } from "./esds.ts";

/** Sample entry and configuration box of each codec. */
const VIDEO_BOXES = {
  h264: ["avc1", "avcC"],
  hevc: ["hvc1", "hvcC"],
  vp8: ["vp08", "vpcC"],
  vp9: ["vp09", "vpcC"],
  av1: ["av01", "av1C"],
} as const;

const SEVENTY_TWO_DPI = 0x0048_0000;
const COMPRESSOR_NAME_BYTES = 32;
const COLOUR_DEPTH = 24;

/** The entry of `stsd` that describes samples of this format (ISO 14496-12 sections 12.1.3 and 12.2.3). */
export function serializeSampleEntry(format: UnitFormat): Uint8Array {
  return format.kind === "video" ? videoEntry(format) : audioEntry(format);
}

function videoEntry(format: VideoFormat): Uint8Array {
  const [entry, configuration] = VIDEO_BOXES[format.codec];
  const fields = startEntry(86)
    .bytes(new Uint8Array(16))
    .uint16(format.width)
    .uint16(format.height)
    .uint32(SEVENTY_TWO_DPI)
    .uint32(SEVENTY_TWO_DPI)
    .uint32(0)
    .uint16(1)
    .bytes(new Uint8Array(COMPRESSOR_NAME_BYTES))
    .uint16(COLOUR_DEPTH)
    .uint16(0xffff);
  return box(entry, fields.finish(), box(configuration, format.configuration));
}

function audioEntry(format: AudioFormat): Uint8Array {
  const fields = startEntry(28)
    .bytes(new Uint8Array(8))
    .uint16(format.channels)
    .uint16(16)
    .uint32(0)
    // 16.16 fixed point; rates that do not fit are told by the configuration alone.
    .uint32(format.sampleRate <= 0xffff ? format.sampleRate * 0x1_0000 : 0);
  if (format.codec === "opus") return box("Opus", fields.finish(), box("dOps", format.configuration));
  return box("mp4a", fields.finish(), serializeEsds(format.configuration));
}

/** Six reserved bytes and the data reference: this file. */
function startEntry(capacity: number): ByteWriter {
  return new ByteWriter(capacity).bytes(new Uint8Array(6)).uint16(1);
}
