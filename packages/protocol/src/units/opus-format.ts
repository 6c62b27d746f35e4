import { ByteWriter } from "../bytes/byte-writer.ts";
import type { AudioFormat } from "./types.ts";

/** Opus always decodes to this. */
const SAMPLE_RATE = 48_000;

/**
 * The format of an Opus stream of one or two channels. `preSkip`: samples at 48 kHz that a decoder throws away at the start;
 * 0 (the default) for streams that are joined in their midst. Throws a RangeError for what `dOps` cannot hold
 * (Encapsulation of Opus in ISO BMFF section 4.3.2).
 */
export function opusFormat(channels: number, preSkip = 0): AudioFormat {
  if (channels !== 1 && channels !== 2) throw new RangeError(`Opus of ${channels} channels needs a mapping`);
  if (!Number.isInteger(preSkip) || preSkip < 0 || preSkip > 0xffff)
    throw new RangeError(`pre-skip ${preSkip}`);
  const configuration = new ByteWriter(11)
    .uint8(0)
    .uint8(channels)
    .uint16(preSkip)
    .uint32(SAMPLE_RATE)
    .uint16(0)
    .uint8(0)
    .finish();
  return { kind: "audio", codec: "opus", codecs: "opus", configuration, sampleRate: SAMPLE_RATE, channels };
}

/** Reads the payload of a `dOps` box; undefined when malformed or of more than two channels. Never throws. */
export function parseOpusConfiguration(configuration: Uint8Array): AudioFormat | undefined {
  const channels = configuration[1];
  if (configuration.length < 11 || configuration[0] !== 0 || configuration[10] !== 0) return undefined;
  if (channels !== 1 && channels !== 2) return undefined;
  return { ...opusFormat(channels), configuration: configuration.slice() };
}
