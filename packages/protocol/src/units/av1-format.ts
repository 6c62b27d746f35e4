import { BitReader } from "../bytes/bit-reader.ts";
import { type Av1Sequence, parseAv1Sequence } from "./av1-sequence.ts";
import type { VideoFormat } from "./types.ts";

const MARKER_AND_VERSION = 0x81;
const CONFIGURATION_BYTES = 4;

/**
 * The format of an AV1 stream from its sequence header OBU, with header and size; undefined when malformed. Never throws.
 * (AV1 Codec ISO Media File Format Binding sections 2.3 and 5)
 */
export function av1Format(sequenceHeader: Uint8Array): VideoFormat | undefined {
  const sequence = parseAv1Sequence(sequenceHeader);
  if (sequence === undefined) return undefined;
  const configuration = new Uint8Array(CONFIGURATION_BYTES + sequenceHeader.length);
  configuration[0] = MARKER_AND_VERSION;
  configuration[1] = (sequence.profile << 5) | sequence.level;
  configuration[2] =
    (sequence.tier << 7) |
    (sequence.bitDepth > 8 ? 0x40 : 0) |
    (sequence.bitDepth === 12 ? 0x20 : 0) |
    (sequence.isMonochrome ? 0x10 : 0) |
    (sequence.subsamplingX << 3) |
    (sequence.subsamplingY << 2) |
    sequence.samplePosition;
  configuration.set(sequenceHeader, CONFIGURATION_BYTES);
  return {
    kind: "video",
    codec: "av1",
    codecs: codecsOf(sequence),
    configuration,
    width: sequence.width,
    height: sequence.height,
  };
}

/** Reads the payload of an `av1C` box; undefined when malformed. Never throws. */
export function parseAv1Configuration(
  configuration: Uint8Array,
  size: { width: number; height: number },
): VideoFormat | undefined {
  if (configuration.length < CONFIGURATION_BYTES || configuration[0] !== MARKER_AND_VERSION) return undefined;
  const bits = new BitReader(configuration.subarray(1));
  const [profile, level, tier] = [bits.bits(3), bits.bits(5), bits.bits(1)];
  const isHigh = bits.flag();
  const bitDepth = bits.flag() ? 12 : isHigh ? 10 : 8;
  const codecs = codecsOf({ profile, level, tier, bitDepth });
  return { kind: "video", codec: "av1", codecs, configuration: configuration.slice(), ...size };
}

function codecsOf({
  profile,
  level,
  tier,
  bitDepth,
}: Pick<Av1Sequence, "profile" | "level" | "tier" | "bitDepth">): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `av01.${profile}.${two(level)}${tier === 1 ? "H" : "M"}.${two(bitDepth)}`;
}
