import { BitReader } from "../bytes/bit-reader.ts";
import type { AudioFormat } from "./types.ts";

/** ISO 14496-3 table 1.18. */
const SAMPLE_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];
/** ISO 14496-3 table 1.19; the first means that the stream itself tells. */
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8];
const SBR = 5;
const PARAMETRIC_STEREO = 29;

/**
 * The format of an AAC stream, from its AudioSpecificConfig (ISO 14496-3 section 1.6.2.1). With spectral band replication
 * `sampleRate` is what comes out of a decoder. Throws a RangeError when malformed.
 */
export function aacFormat(audioSpecificConfig: Uint8Array): AudioFormat {
  const format = parseAacConfiguration(audioSpecificConfig);
  if (format === undefined) throw new RangeError("malformed AudioSpecificConfig");
  return format;
}

/** Like {@link aacFormat}; undefined when malformed. Never throws. */
export function parseAacConfiguration(audioSpecificConfig: Uint8Array): AudioFormat | undefined {
  const bits = new BitReader(audioSpecificConfig);
  const short = bits.bits(5);
  const objectType = short === 31 ? 32 + bits.bits(6) : short;
  const coreRate = readSampleRate(bits);
  const channels = CHANNELS[bits.bits(4)];
  const isExtended = objectType === SBR || objectType === PARAMETRIC_STEREO;
  const sampleRate = isExtended ? readSampleRate(bits) : coreRate;
  if (bits.isOver || objectType === 0 || !channels || !coreRate || !sampleRate) return undefined;
  return {
    kind: "audio",
    codec: "aac",
    codecs: `mp4a.40.${objectType}`,
    configuration: audioSpecificConfig.slice(),
    sampleRate,
    channels: objectType === PARAMETRIC_STEREO ? 2 : channels,
  };
}

/** How many samples (at `format.sampleRate`) one AAC packet gives: 1,024 or 960, twice that with spectral band replication. */
export function aacSamples(format: AudioFormat): number {
  const bits = new BitReader(format.configuration);
  const objectType = bits.bits(5);
  const isExtended = objectType === SBR || objectType === PARAMETRIC_STEREO;
  if (objectType === 31) bits.advance(6);
  readSampleRate(bits);
  bits.advance(4);
  if (isExtended) {
    readSampleRate(bits);
    bits.advance(5);
  }
  return (bits.flag() ? 960 : 1024) * (isExtended ? 2 : 1);
}

function readSampleRate(bits: BitReader): number | undefined {
  const index = bits.bits(4);
  return index === 15 ? bits.bits(24) : SAMPLE_RATES[index];
}
