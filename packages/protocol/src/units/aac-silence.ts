import { BitReader } from "../bytes/bit-reader.ts";
import type { AudioFormat } from "./types.ts";

/** `id_syn_ele` (ISO 14496-3 table 4.85). */
const SINGLE = 0;
const PAIR = 1;
const LFE = 3;
const END = 7;

/** Elements of a frame, in their order, by `channelConfiguration` (table 1.19); 0: the stream itself would tell. */
const ELEMENTS: readonly (readonly number[] | undefined)[] = [
  undefined,
  [SINGLE],
  [PAIR],
  [SINGLE, PAIR],
  [SINGLE, PAIR, SINGLE],
  [SINGLE, PAIR, PAIR],
  [SINGLE, PAIR, PAIR, LFE],
  [SINGLE, PAIR, PAIR, PAIR, LFE],
];
/** AAC-LC, and the same with spectral band replication and with parametric stereo, which a frame need not have. */
const OBJECT_TYPES = new Set([2, 5, 29]);
const EXPLICIT_RATE = 15;

/** Bits of `ics_info` with nothing set, and of an `individual_channel_stream` around it: no spectrum, and none of the tools. */
const INFO_BITS = 11;
const GAIN_BITS = 8;
const TOOL_BITS = 3;

/**
 * A frame of AAC without any spectrum (`max_sfb` 0; ISO 14496-3 section 4.4.2.1), in the format's channels; undefined where its configuration
 * is of another kind than AAC-LC or HE-AAC, or does not tell its channels.
 */
export function aacSilence({ configuration }: Pick<AudioFormat, "configuration">): Uint8Array | undefined {
  const told = new BitReader(configuration);
  const objectType = told.bits(5);
  if (told.bits(4) === EXPLICIT_RATE) told.advance(24);
  const elements = ELEMENTS[told.bits(4)];
  if (elements === undefined || told.isOver || !OBJECT_TYPES.has(objectType)) return undefined;
  let bits = "";
  const tags = new Map<number, number>();
  for (const element of elements) {
    const tag = tags.get(element) ?? 0;
    tags.set(element, tag + 1);
    bits += field(element, 3) + field(tag, 4);
    const channel = field(0, GAIN_BITS);
    if (element === PAIR) {
      const common = `1${field(0, INFO_BITS)}${field(0, 2)}`;
      bits += common + (channel + field(0, TOOL_BITS)).repeat(2);
    } else bits += channel + field(0, INFO_BITS + TOOL_BITS);
  }
  bits += field(END, 3);
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (let at = 0; at < bits.length; at += 1) if (bits[at] === "1") bytes[at >> 3]! |= 0x80 >> (at & 7);
  return bytes;
}

function field(value: number, bits: number): string {
  return value.toString(2).padStart(bits, "0");
}
