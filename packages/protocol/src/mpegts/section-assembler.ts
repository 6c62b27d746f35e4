import { FrameBuffer } from "../units/frame-buffer.ts";
import { crc32Mpeg } from "./crc32-mpeg.ts";

const HEADER_BYTES = 3;
const CRC_BYTES = 4;
/** 12 bits of length (ISO 13818-1 section 2.4.4), and the sections that a packet begins with. */
const MOST_BYTES = 8192;
const STUFFING = 0xff;

/** Tables out of the payloads of one PID: sections whose checksum is right. */
export class SectionAssembler {
  readonly #buffer = new FrameBuffer(MOST_BYTES);
  #isOpen = false;

  /** The sections that this packet completes, with header, without checksum. */
  take(payload: Uint8Array, isStart: boolean): Uint8Array[] {
    const sections: Uint8Array[] = [];
    let piece = payload;
    if (isStart) {
      const pointer = 1 + (payload[0] ?? 0);
      if (pointer > payload.length) {
        this.lost();
        return sections;
      }
      if (this.#isOpen && this.#append(payload.subarray(1, pointer))) this.#cut(sections);
      this.#buffer.clear();
      this.#isOpen = true;
      piece = payload.subarray(pointer);
    }
    if (this.#isOpen && this.#append(piece)) this.#cut(sections);
    return sections;
  }

  /** A packet is missing. */
  lost(): void {
    this.#isOpen = false;
    this.#buffer.clear();
  }

  #append(piece: Uint8Array): boolean {
    const fits = this.#buffer.append(piece);
    if (!fits) this.lost();
    return fits;
  }

  #cut(sections: Uint8Array[]): void {
    const bytes = this.#buffer.take();
    let at = 0;
    while (at + HEADER_BYTES <= bytes.length && bytes[at] !== STUFFING) {
      const end = at + HEADER_BYTES + (((bytes[at + 1]! & 15) << 8) | bytes[at + 2]!);
      if (end > bytes.length) break;
      const section = bytes.subarray(at, end);
      if (section.length > HEADER_BYTES + CRC_BYTES && crc32Mpeg(section) === 0)
        sections.push(section.subarray(0, -CRC_BYTES));
      at = end;
    }
    this.#buffer.clear();
    if (bytes[at] === STUFFING) this.#isOpen = false;
    else this.#buffer.append(bytes.subarray(at));
  }
}
