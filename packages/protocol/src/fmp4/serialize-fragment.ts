import type { UnitFormat } from "../units/types.ts";
import { DEPENDENT_SAMPLE, SYNC_SAMPLE } from "./sample-flags.ts";
import { TRACK_ID } from "./serialize-init.ts";

/** One picture or packet of sound. Times in ticks of the track. */
export interface FragmentSample {
  data: Uint8Array;
  /** At least 0, below 2^32. */
  duration: number;
  /** Presentation minus decoding time; default 0. */
  compositionOffset?: number;
  keyframe: boolean;
}

export interface FragmentOptions {
  format: UnitFormat;
  /** Counts fragments of a track, from 1; 32 bits are kept. */
  sequence: number;
  /** Decoding time of the first sample, ticks: a safe integer from 0. */
  baseTime: number;
  /** At least one, none of them empty. */
  samples: readonly FragmentSample[];
}

const BOX = 8;
const FULL_BOX = 12;
const MFHD_BYTES = FULL_BOX + 4;
/** Track, default duration, default flags. */
const TFHD_BYTES = FULL_BOX + 12;
const TFDT_BYTES = FULL_BOX + 8;

/** ISO 14496-12 sections 8.8.7 and 8.8.8. */
const TFHD_FLAGS = 0x02_0000 | 0x20 | 0x08;
const DATA_OFFSET = 0x001;
const FIRST_FLAGS = 0x004;
const DURATIONS = 0x100;
const SIZES = 0x200;
const FLAGS = 0x400;
const COMPOSITION_OFFSETS = 0x800;

const MOOF = 0x6d6f_6f66;
const MFHD = 0x6d66_6864;
const TRAF = 0x7472_6166;
const TFHD = 0x7466_6864;
const TFDT = 0x7466_6474;
const TRUN = 0x7472_756e;
const MDAT = 0x6d64_6174;

/**
 * One `moof` and its `mdat` (a CMAF chunk, ISO 23000-19 section 7.3.2.3): what is the same for all samples is told once. The
 * result is allocated in one piece. Throws a RangeError for what the boxes cannot hold.
 */
export function serializeFragment({ format, sequence, baseTime, samples }: FragmentOptions): Uint8Array {
  const first = samples[0];
  if (first === undefined) throw new RangeError("a fragment without samples");
  if (!Number.isSafeInteger(baseTime) || baseTime < 0) throw new RangeError(`base time ${baseTime}`);
  const isAudio = format.kind === "audio";
  let dataBytes = 0;
  let restKeyframe: boolean | undefined;
  let flags = DATA_OFFSET | SIZES;
  for (const sample of samples) {
    const { length } = sample.data;
    if (length === 0) throw new RangeError("an empty sample");
    if (!(sample.duration >= 0 && sample.duration <= 0xffff_ffff))
      throw new RangeError(`duration ${sample.duration}`);
    dataBytes += length;
    if (sample.duration !== first.duration) flags |= DURATIONS;
    if (sample.compositionOffset) flags |= COMPOSITION_OFFSETS;
    if (isAudio || sample === first) continue;
    restKeyframe ??= sample.keyframe;
    if (sample.keyframe !== restKeyframe) flags |= FLAGS;
  }
  const isFirstKey = isAudio || first.keyframe;
  const isRestKey = restKeyframe ?? isFirstKey;
  if ((flags & FLAGS) === 0 && isRestKey !== isFirstKey) flags |= FIRST_FLAGS;

  const fieldBytes = fieldsOf(flags) * 4;
  const trunBytes = FULL_BOX + 8 + ((flags & FIRST_FLAGS) !== 0 ? 4 : 0) + fieldBytes * samples.length;
  const trafBytes = BOX + TFHD_BYTES + TFDT_BYTES + trunBytes;
  const moofBytes = BOX + MFHD_BYTES + trafBytes;
  const mdatBytes = BOX + dataBytes;
  if (mdatBytes > 0x7fff_ffff) throw new RangeError(`a fragment of ${mdatBytes} bytes`);
  const bytes = new Uint8Array(moofBytes + mdatBytes);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const put = (value: number) => {
    view.setUint32(at, value);
    at += 4;
  };

  put(moofBytes);
  put(MOOF);
  put(MFHD_BYTES);
  put(MFHD);
  put(0);
  put(sequence);
  put(trafBytes);
  put(TRAF);
  put(TFHD_BYTES);
  put(TFHD);
  put(TFHD_FLAGS);
  put(TRACK_ID);
  put(first.duration);
  put(isRestKey ? SYNC_SAMPLE : DEPENDENT_SAMPLE);
  put(TFDT_BYTES);
  put(TFDT);
  put(0x0100_0000);
  put(Math.floor(baseTime / 0x1_0000_0000));
  put(baseTime % 0x1_0000_0000);
  put(trunBytes);
  put(TRUN);
  // Version 1: composition offsets have a sign.
  put(0x0100_0000 | flags);
  put(samples.length);
  put(moofBytes + BOX);
  if ((flags & FIRST_FLAGS) !== 0) put(isFirstKey ? SYNC_SAMPLE : DEPENDENT_SAMPLE);
  let dataAt = moofBytes + BOX;
  for (const sample of samples) {
    if ((flags & DURATIONS) !== 0) put(sample.duration);
    put(sample.data.length);
    if ((flags & FLAGS) !== 0) put(sample.keyframe ? SYNC_SAMPLE : DEPENDENT_SAMPLE);
    if ((flags & COMPOSITION_OFFSETS) !== 0) put(sample.compositionOffset ?? 0);
    bytes.set(sample.data, dataAt);
    dataAt += sample.data.length;
  }
  put(mdatBytes);
  put(MDAT);
  return bytes;
}

/** How many 32-bit fields each sample has. */
function fieldsOf(flags: number): number {
  let fields = 0;
  for (const field of [DURATIONS, SIZES, FLAGS, COMPOSITION_OFFSETS]) if ((flags & field) !== 0) fields += 1;
  return fields;
}
