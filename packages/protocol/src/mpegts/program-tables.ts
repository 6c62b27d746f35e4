/** What an elementary stream is. */
export type ElementaryKind = "h264" | "hevc" | "aac-adts" | "aac-latm" | "opus";

export interface ElementaryStream {
  pid: number;
  /** What we take; else undefined. */
  kind: ElementaryKind | undefined;
  /** For people, e.g. `mp2`, `ac3`, `0x42`. */
  name: string;
  /** Of Opus. */
  channels: number;
}

const PROGRAM_ASSOCIATION = 0;
const PROGRAM_MAP = 2;
const HEADER_BYTES = 8;
const MOST_STREAMS = 64;

/** Stream types (ISO 13818-1 table 2-34, ATSC A/53). */
const KINDS = new Map<number, ElementaryKind>([
  [0x1b, "h264"],
  [0x24, "hevc"],
  [0x0f, "aac-adts"],
  [0x11, "aac-latm"],
]);
const NAMES = new Map([
  [0x01, "mpeg1-video"],
  [0x02, "mpeg2-video"],
  [0x03, "mp2"],
  [0x04, "mp2"],
  [0x10, "mpeg4-video"],
  [0x33, "vvc"],
  [0x81, "ac3"],
  [0x87, "eac3"],
]);
const PRIVATE = 0x06;

const REGISTRATION = 0x05;
const AC3 = 0x6a;
const EXTENSION = 0x7f;
const OPUS_EXTENSION = 0x80;

/** Program numbers and where their maps are; undefined when the section is another or not yet valid. Never throws. */
export function parseProgramAssociation(section: Uint8Array): { program: number; pid: number }[] | undefined {
  if (!isCurrent(section, PROGRAM_ASSOCIATION)) return undefined;
  const programs: { program: number; pid: number }[] = [];
  for (let at = HEADER_BYTES; at + 4 <= section.length; at += 4) {
    const program = uint16(section, at);
    // 0 is the network's own table.
    if (program !== 0) programs.push({ program, pid: uint16(section, at + 2) & 0x1fff });
  }
  return programs;
}

/** The streams of a program; undefined when the section is another, damaged or not yet valid. Never throws. */
export function parseProgramMap(
  section: Uint8Array,
): { program: number; streams: ElementaryStream[] } | undefined {
  if (!isCurrent(section, PROGRAM_MAP) || section.length < HEADER_BYTES + 4) return undefined;
  const streams: ElementaryStream[] = [];
  let at = HEADER_BYTES + 4 + (uint16(section, HEADER_BYTES + 2) & 0x0fff);
  for (; at + 5 <= section.length && streams.length < MOST_STREAMS; ) {
    const end = at + 5 + (uint16(section, at + 3) & 0x0fff);
    if (end > section.length) return undefined;
    const pid = uint16(section, at + 1) & 0x1fff;
    streams.push({ pid, ...identify(section[at]!, section.subarray(at + 5, end)) });
    at = end;
  }
  return { program: uint16(section, 3), streams };
}

function isCurrent(section: Uint8Array, table: number): boolean {
  return section.length >= HEADER_BYTES && section[0] === table && (section[5]! & 1) === 1;
}

/** By stream type; Opus by its descriptors (ETSI TS 102 366 has none: "Opus in MPEG-TS", opus-codec.org). */
function identify(type: number, descriptors: Uint8Array): Omit<ElementaryStream, "pid"> {
  const kind = KINDS.get(type);
  if (kind !== undefined) return { kind, name: kind, channels: 0 };
  const fallback = NAMES.get(type) ?? `0x${type.toString(16).padStart(2, "0")}`;
  const unknown = { kind: undefined, name: fallback, channels: 0 };
  if (type !== PRIVATE) return unknown;
  let registration = "";
  let channels = 0;
  let name = fallback;
  for (let at = 0; at + 2 <= descriptors.length; ) {
    const end = at + 2 + descriptors[at + 1]!;
    if (end > descriptors.length) break;
    const body = descriptors.subarray(at + 2, end);
    if (descriptors[at] === REGISTRATION) registration = String.fromCharCode(...body.subarray(0, 4));
    if (descriptors[at] === EXTENSION && body[0] === OPUS_EXTENSION) channels = body[1] ?? 0;
    if (descriptors[at] === AC3) name = "ac3";
    at = end;
  }
  if (registration === "Opus" && channels >= 1 && channels <= 2)
    return { kind: "opus", name: "opus", channels };
  if (registration === "HEVC") return { kind: "hevc", name: "hevc", channels: 0 };
  return { ...unknown, name: /^[\w-]{4}$/.test(registration) ? registration.toLowerCase() : name };
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
