import { parseAacConfiguration } from "../units/aac-format.ts";
import type { AudioFormat } from "../units/types.ts";
import type { FramedSound, SoundFraming } from "./sound-stream.ts";

const HEADER_BYTES = 7;
const CHECKSUM_BYTES = 2;
const SAMPLES = 1024;

/** AAC behind ADTS headers (ISO 14496-3 annex 1.A.3.2). */
export class AdtsFraming implements SoundFraming {
  #format: AudioFormat | undefined;

  get format(): AudioFormat | undefined {
    return this.#format;
  }

  frameBytes(bytes: Uint8Array, at: number): number | undefined {
    if (bytes[at] !== 0xff) return 0;
    if (at + HEADER_BYTES > bytes.length) return undefined;
    if ((bytes[at + 1]! & 0xf6) !== 0xf0) return 0;
    const size = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5);
    return size > HEADER_BYTES ? size : 0;
  }

  read(frame: Uint8Array): FramedSound | undefined {
    const start = HEADER_BYTES + ((frame[1]! & 1) === 0 ? CHECKSUM_BYTES : 0);
    // More than one block in a frame is no MP4 sample.
    if (start >= frame.length || (frame[6]! & 3) !== 0) return undefined;
    const objectType = (frame[2]! >> 6) + 1;
    const rate = (frame[2]! >> 2) & 15;
    const channels = ((frame[2]! & 1) << 2) | (frame[3]! >> 6);
    const [high, low] = [(objectType << 3) | (rate >> 1), ((rate & 1) << 7) | (channels << 3)];
    const [oldHigh, oldLow] = this.#format?.configuration ?? [];
    if (high !== oldHigh || low !== oldLow) {
      const format = parseAacConfiguration(Uint8Array.of(high, low));
      if (format === undefined) return undefined;
      this.#format = format;
    }
    return { format: this.#format!, samples: SAMPLES, data: frame.subarray(start) };
  }
}
