/** Bits, most significant first, as H.264 writes them. */
class BitWriter {
  readonly #bits: number[] = [];

  bits(value: number, count: number): this {
    for (let bit = count - 1; bit >= 0; bit--) this.#bits.push((value >> bit) & 1);
    return this;
  }

  /** Exponential-Golomb code (ITU-T H.264 section 9.1). */
  golomb(value: number): this {
    const length = 32 - Math.clz32(value + 1);
    return this.bits(0, length - 1).bits(value + 1, length);
  }

  /** With the stop bit behind it. */
  bytes(): Uint8Array {
    const bits = [...this.#bits, 1];
    return Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, index) =>
      bits.slice(index * 8, index * 8 + 8).reduce((byte, bit, at) => byte | (bit << (7 - at)), 0),
    );
  }
}

const MACROBLOCK = 16;

/** A sequence parameter set of the constrained baseline profile, level 3.1 (ITU-T H.264 section 7.3.2.1.1). */
export function writeSps(width: number, height: number): Uint8Array {
  const [columns, rows] = [width, height].map((pixels) => Math.ceil(pixels / MACROBLOCK)) as [number, number];
  const [right, bottom] = [columns * MACROBLOCK - width, rows * MACROBLOCK - height];
  const isCropped = right > 0 || bottom > 0;
  const writer = new BitWriter()
    .bits(0x67, 8)
    .bits(0x42e01f, 24)
    // Id, frame numbers of 4 bits, no picture order, one reference, no gaps.
    .golomb(0)
    .golomb(0)
    .golomb(2)
    .golomb(1)
    .bits(0, 1)
    .golomb(columns - 1)
    .golomb(rows - 1)
    // Frames only, direct inference.
    .bits(0b11, 2)
    .bits(isCropped ? 1 : 0, 1);
  // In units of two pixels.
  if (isCropped) for (const crop of [0, right / 2, 0, bottom / 2]) writer.golomb(crop);
  // No VUI.
  return writer.bits(0, 1).bytes();
}

const PPS = [0x68, 0xce, 0x3c, 0x80];

/** STAP-A (RFC 6184 section 5.7.1) of an SPS for this size and a PPS. */
export function writeParameterSets(width: number, height: number): Uint8Array {
  const sps = writeSps(width, height);
  return Uint8Array.from([0x78, 0, sps.length, ...sps, 0, PPS.length, ...PPS]);
}
