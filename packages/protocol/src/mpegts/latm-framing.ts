import { BitReader } from "../bytes/bit-reader.ts";
import { aacSamples, parseAacConfiguration } from "../units/aac-format.ts";
import type { AudioFormat } from "../units/types.ts";
import type { FramedSound, SoundFraming } from "./sound-stream.ts";

const HEADER_BYTES = 3;
const SBR = 5;
const PARAMETRIC_STEREO = 29;
const EXPLICIT_RATE = 15;
/** AAC main, LC, SSR, LTP: what a GASpecificConfig without more fields describes. */
const PLAIN_TYPES = new Set([1, 2, 3, 4]);

/** AAC in LATM behind LOAS headers (ISO 14496-3 sections 1.7.2 and 1.7.3): one program, one layer, one frame to a header. */
export class LatmFraming implements SoundFraming {
  #format: AudioFormat | undefined;

  get format(): AudioFormat | undefined {
    return this.#format;
  }

  frameBytes(bytes: Uint8Array, at: number): number | undefined {
    if (bytes[at] !== 0x56) return 0;
    if (at + HEADER_BYTES > bytes.length) return undefined;
    if ((bytes[at + 1]! & 0xe0) !== 0xe0) return 0;
    const size = ((bytes[at + 1]! & 0x1f) << 8) | bytes[at + 2]!;
    return size > 0 ? HEADER_BYTES + size : 0;
  }

  read(frame: Uint8Array): FramedSound | undefined {
    const bits = new BitReader(frame.subarray(HEADER_BYTES));
    const isAsBefore = bits.flag();
    if (!isAsBefore && !this.#readSetUp(bits)) {
      this.#format = undefined;
      return undefined;
    }
    const format = this.#format;
    if (format === undefined) return undefined;
    let length = 0;
    for (let byte = 255; byte === 255 && !bits.isOver; ) {
      byte = bits.bits(8);
      length += byte;
    }
    if (length === 0 || bits.position + length * 8 > (frame.length - HEADER_BYTES) * 8) return undefined;
    const data = new Uint8Array(length);
    for (let index = 0; index < length; index += 1) data[index] = bits.bits(8);
    return { format, samples: aacSamples(format), data };
  }

  /** StreamMuxConfig (ISO 14496-3 table 1.42); false when it is another than what is taken. */
  #readSetUp(bits: BitReader): boolean {
    const version = bits.bits(1);
    if (version === 1 && bits.flag()) return false;
    if (version === 1) readValue(bits);
    const isOneTiming = bits.flag();
    const isSingle = bits.bits(6) === 0 && bits.bits(4) === 0 && bits.bits(3) === 0;
    if (!isOneTiming || !isSingle) return false;
    const declared = version === 1 ? readValue(bits) : undefined;
    const start = bits.position;
    const configuration = readConfiguration(bits);
    if (configuration === undefined) return false;
    if (declared !== undefined) {
      if (start + declared < bits.position) return false;
      bits.advance(start + declared - bits.position);
    }
    const lengthType = bits.bits(3);
    bits.advance(8);
    const hasOther = bits.flag();
    if (hasOther && version === 1) readValue(bits);
    else if (hasOther) while (bits.flag() && !bits.isOver) bits.advance(8);
    if (hasOther && version === 0) bits.advance(8);
    if (bits.flag()) bits.advance(8);
    if (lengthType !== 0 || bits.isOver) return false;
    const before = this.#format?.configuration;
    const isSame =
      before?.length === configuration.length && configuration.every((byte, index) => byte === before[index]);
    if (!isSame) this.#format = parseAacConfiguration(configuration);
    return this.#format !== undefined;
  }
}

/** LatmGetValue (ISO 14496-3 table 1.43). */
function readValue(bits: BitReader): number {
  const bytes = bits.bits(2) + 1;
  return bits.bits(8 * bytes);
}

/** The AudioSpecificConfig, from the first byte on, with zeros up to the last; undefined when its length cannot be told. */
function readConfiguration(bits: BitReader): Uint8Array | undefined {
  const packed = new BitPacker();
  const copy = (count: number) => packed.put(bits.bits(count), count);
  const copyRate = () => {
    if (copy(4) === EXPLICIT_RATE) copy(24);
  };
  let objectType = copy(5);
  copyRate();
  copy(4);
  if (objectType === SBR || objectType === PARAMETRIC_STEREO) {
    copyRate();
    objectType = copy(5);
  }
  if (!PLAIN_TYPES.has(objectType)) return undefined;
  copy(1);
  if (copy(1) === 1) copy(14);
  // An extension of plain types has none of the fields that other types have.
  if (copy(1) === 1) copy(1);
  return packed.finish();
}

/** Bits to bytes. */
class BitPacker {
  readonly #bits: number[] = [];

  put(value: number, count: number): number {
    for (let bit = count - 1; bit >= 0; bit -= 1) this.#bits.push((value >>> bit) & 1);
    return value;
  }

  finish(): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(this.#bits.length / 8));
    for (const [index, bit] of this.#bits.entries()) bytes[index >> 3]! |= bit << (7 - (index & 7));
    return bytes;
  }
}
