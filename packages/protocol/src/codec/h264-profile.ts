import { parseFmtp } from "./fmtp.ts";

export type H264Profile =
  | "constrained-baseline"
  | "baseline"
  | "main"
  | "constrained-high"
  | "high"
  | "predictive-high-444";

export interface H264Format {
  profile: H264Profile;
  /** `level_idc`: ten times the level (31 is 3.1), or 9 for level 1b. */
  level: number;
  /** 0 single NAL unit, 1 non-interleaved (RFC 6184 section 6.2). */
  packetizationMode: number;
  levelAsymmetryAllowed: boolean;
}

/** RFC 6184 table 5: `profile_idc`, then mask and value of `profile-iop`. First match wins. */
const PROFILES: readonly [idc: number, mask: number, value: number, profile: H264Profile][] = [
  [0x42, 0x4f, 0x40, "constrained-baseline"],
  [0x4d, 0x8f, 0x80, "constrained-baseline"],
  [0x58, 0xcf, 0xc0, "constrained-baseline"],
  [0x42, 0x4f, 0x00, "baseline"],
  [0x58, 0xcf, 0x80, "baseline"],
  [0x4d, 0xaf, 0x00, "main"],
  [0x64, 0xff, 0x0c, "constrained-high"],
  [0x64, 0xff, 0x00, "high"],
  [0xf4, 0xff, 0x00, "predictive-high-444"],
];

/** What a stream of this profile needs of a decoder: the profiles that can also decode it. */
const DECODABLE_BY: Record<H264Profile, readonly H264Profile[]> = {
  "constrained-baseline": ["baseline", "main", "constrained-high", "high"],
  baseline: [],
  main: ["high"],
  "constrained-high": ["high"],
  high: [],
  "predictive-high-444": [],
};

const CONSTRAINT_SET3 = 0x10;

/** Reads `profile-level-id` (RFC 6184 section 8.1): six hex digits; undefined when malformed or of no known profile. */
export function parseProfileLevelId(text: string): { profile: H264Profile; level: number } | undefined {
  if (!/^[0-9a-fA-F]{6}$/.test(text)) return undefined;
  const idc = Number.parseInt(text.slice(0, 2), 16);
  const iop = Number.parseInt(text.slice(2, 4), 16);
  const levelIdc = Number.parseInt(text.slice(4, 6), 16);
  const row = PROFILES.find(([rowIdc, mask, value]) => rowIdc === idc && (iop & mask) === value);
  if (row === undefined) return undefined;
  // Level 1b: level_idc 11 with constraint_set3_flag, for the profiles below High (H.264 annex A.3.1).
  const is1b = levelIdc === 11 && (iop & CONSTRAINT_SET3) !== 0 && idc !== 0x64 && idc !== 0xf4;
  return { profile: row[3], level: is1b ? 9 : levelIdc };
}

/** Reads an H.264 `a=fmtp`; absent parameters take RFC 6184's defaults (Baseline 1.0, mode 0). Undefined when malformed. */
export function parseH264Format(fmtp: string): H264Format | undefined {
  const parameters = parseFmtp(fmtp);
  const profileLevel = parseProfileLevelId(parameters.get("profile-level-id") ?? "42000a");
  const mode = parameters.get("packetization-mode") ?? "0";
  if (profileLevel === undefined || !/^[012]$/.test(mode)) return undefined;
  return {
    ...profileLevel,
    packetizationMode: Number(mode),
    levelAsymmetryAllowed: parameters.get("level-asymmetry-allowed") === "1",
  };
}

/** True when a decoder for `decoder` can decode what an encoder for `stream` makes (levels aside). */
export function isH264Decodable(stream: H264Profile, decoder: H264Profile): boolean {
  return stream === decoder || DECODABLE_BY[stream].includes(decoder);
}

/** The same `a=fmtp` with another level (`level_idc`), keeping the profile bytes. */
export function withH264Level(fmtp: string, levelIdc: number): string {
  return fmtp.replace(
    /(profile-level-id=[0-9a-f]{4})[0-9a-f]{2}/i,
    (_, head: string) => head + levelIdc.toString(16).padStart(2, "0"),
  );
}
