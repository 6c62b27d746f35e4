import { parseAacConfiguration } from "../units/aac-format.ts";
import { parseAv1Configuration } from "../units/av1-format.ts";
import { h264Format } from "../units/h264-format.ts";
import { hevcFormat } from "../units/hevc-format.ts";
import { parseOpusConfiguration } from "../units/opus-format.ts";
import type { UnitFormat } from "../units/types.ts";
import { parseVpConfiguration } from "../units/vp-format.ts";
import { parseEsds } from "./esds.ts";
import { type Box, findBox, readBox } from "./read-boxes.ts";

const PATH_TO_ENTRIES = ["mdia", "minf", "stbl", "stsd"];
/** Fields of a sample entry before its boxes (ISO 14496-12 sections 12.1.3 and 12.2.3). */
const VIDEO_FIELDS = 78;
const AUDIO_FIELDS = 28;

/** The format of the first track of an init segment; undefined when damaged or of another codec. Never throws. */
export function parseInit(bytes: Uint8Array): UnitFormat | undefined {
  const movie = findBox(bytes, "moov", { payload: 0, end: bytes.length });
  const track = movie && findBox(bytes, "trak", movie);
  const entry = track && findSampleEntry(bytes, track);
  return entry && parseSampleEntry(bytes, entry);
}

/** The first description of samples of a `trak`; undefined when there is none. Never throws. */
export function findSampleEntry(bytes: Uint8Array, track: Box): Box | undefined {
  let place: Box | undefined = track;
  for (const type of PATH_TO_ENTRIES) {
    place = findBox(bytes, type, place);
    if (place === undefined) return undefined;
  }
  // Version, flags and count.
  return readBox(bytes, place.payload + 8, place.end);
}

/** Payload of a configuration box in a sample entry of pictures. */
export function findVideoConfiguration(bytes: Uint8Array, entry: Box, type: string): Uint8Array | undefined {
  const box = findBox(bytes, type, { payload: entry.payload + VIDEO_FIELDS, end: entry.end });
  return box && bytes.subarray(box.payload, box.end);
}

/** The format that a sample entry describes; undefined when damaged or of another codec. Never throws. */
export function parseSampleEntry(bytes: Uint8Array, entry: Box): UnitFormat | undefined {
  const payload = (type: string, fields: number): Uint8Array | undefined => {
    const box = findBox(bytes, type, { payload: entry.payload + fields, end: entry.end });
    return box && bytes.subarray(box.payload, box.end);
  };
  const audio = (type: string) => payload(type, AUDIO_FIELDS) ?? new Uint8Array(0);
  const video = (type: string) => payload(type, VIDEO_FIELDS) ?? new Uint8Array(0);
  const size = readSize(bytes, entry);
  switch (entry.type) {
    case "avc1":
      return h264Format(video("avcC"));
    case "hvc1":
    case "hev1":
      return hevcFormat(video("hvcC"));
    case "vp08":
      return size && parseVpConfiguration(video("vpcC"), { codec: "vp8", ...size });
    case "vp09":
      return size && parseVpConfiguration(video("vpcC"), { codec: "vp9", ...size });
    case "av01":
      return size && parseAv1Configuration(video("av1C"), size);
    case "Opus":
      return parseOpusConfiguration(audio("dOps"));
    case "mp4a": {
      const specific = parseEsds(audio("esds"));
      return specific && parseAacConfiguration(specific);
    }
    default:
      return undefined;
  }
}

function readSize(bytes: Uint8Array, { payload, end }: Box): { width: number; height: number } | undefined {
  if (payload + VIDEO_FIELDS > end) return undefined;
  const uint16 = (offset: number) => (bytes[payload + offset]! << 8) | bytes[payload + offset + 1]!;
  const size = { width: uint16(24), height: uint16(26) };
  return size.width > 0 && size.height > 0 ? size : undefined;
}
