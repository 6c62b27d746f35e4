import type { VideoFormat } from "./types.ts";

/** What `vpcC` says of a VP8 or VP9 stream. */
export interface VpParameters {
  codec: "vp8" | "vp9";
  width: number;
  height: number;
  profile: number;
  bitDepth: number;
  /** 0 is 4:2:0 with vertical, 1 with collocated chroma samples, 2 is 4:2:2, 3 is 4:4:4. */
  chromaSubsampling: number;
  isFullRange: boolean;
  /** Primaries, transfer and matrix of ISO 23091-4; 2 where the stream does not tell. */
  primaries: number;
  transfer: number;
  matrix: number;
}

/** Ten times the level, and the most pixels a second (at 30 pictures) and pixels a picture (VP9 levels, webmproject.org). */
const LEVELS: readonly [level: number, samplesPerSecond: number, samples: number][] = [
  [10, 829_440, 36_864],
  [11, 2_764_800, 73_728],
  [20, 4_608_000, 122_880],
  [21, 9_216_000, 245_760],
  [30, 20_736_000, 552_960],
  [31, 36_864_000, 983_040],
  [40, 83_558_400, 2_228_224],
  [41, 160_432_128, 2_228_224],
  [50, 311_951_360, 8_912_896],
  [51, 588_251_136, 8_912_896],
  [52, 1_176_502_272, 8_912_896],
  [60, 1_176_502_272, 35_651_584],
];
const HIGHEST_LEVEL = 62;
/** The stream does not tell its rate; most have this. */
const PICTURES_PER_SECOND = 30;

const PAYLOAD_BYTES = 12;

/** The format of a VP8 or VP9 stream; `configuration` begins with version and flags of the `vpcC` box. */
export function vpFormat(parameters: VpParameters): VideoFormat {
  const { codec, width, height, profile, bitDepth, chromaSubsampling } = parameters;
  const level = levelOf(width * height);
  const packed = (bitDepth << 4) | (chromaSubsampling << 1) | (parameters.isFullRange ? 1 : 0);
  const colours = [parameters.primaries, parameters.transfer, parameters.matrix];
  return {
    kind: "video",
    codec,
    codecs: codecsOf(codec, profile, level, bitDepth),
    configuration: Uint8Array.of(1, 0, 0, 0, profile, level, packed, ...colours, 0, 0),
    width,
    height,
  };
}

/** Reads the payload of a `vpcC` box; undefined when malformed. Never throws. */
export function parseVpConfiguration(
  configuration: Uint8Array,
  { codec, width, height }: { codec: "vp8" | "vp9"; width: number; height: number },
): VideoFormat | undefined {
  if (configuration.length < PAYLOAD_BYTES || configuration[0] !== 1) return undefined;
  const [profile, level, packed] = [configuration[4]!, configuration[5]!, configuration[6]!];
  const codecs = codecsOf(codec, profile, level, packed >> 4);
  return { kind: "video", codec, codecs, configuration: configuration.slice(), width, height };
}

function codecsOf(codec: "vp8" | "vp9", ...fields: number[]): string {
  const name = codec === "vp8" ? "vp08" : "vp09";
  return [name, ...fields.map((field) => String(field).padStart(2, "0"))].join(".");
}

function levelOf(pixels: number): number {
  const rate = pixels * PICTURES_PER_SECOND;
  return LEVELS.find(([, perSecond, most]) => rate <= perSecond && pixels <= most)?.[0] ?? HIGHEST_LEVEL;
}
