import { evenPiece } from "./even-pieces.ts";
import { MOST_PAYLOAD_BYTES, type PacketRun, RTP_HEADER_BYTES } from "./packet-run.ts";
import type { PayloadUnit, PayloadWriter } from "./payload-writer.ts";

/** Picture ids of 15 bits, from 0 on. */
class PictureIds {
  #next = 0;

  /** The two bytes of the next one (RFC 7741 section 4.2, RFC 9628 section 4.2). */
  take(): readonly [number, number] {
    const id = this.#next;
    this.#next = (id + 1) & 0x7fff;
    return [0x80 | (id >> 8), id & 0xff];
  }
}

/** VP8 (RFC 7741), each frame as one partition, with picture ids. */
export class Vp8PayloadWriter implements PayloadWriter {
  readonly #ids = new PictureIds();

  write({ data }: PayloadUnit, run: PacketRun): void {
    if (data.length === 0) return;
    const [high, low] = this.#ids.take();
    const size = evenPiece(data.length, MOST_PAYLOAD_BYTES - 4);
    for (let at = 0; at < data.length; at += size) {
      const piece = data.subarray(at, at + size);
      const packet = run.next(4 + piece.length);
      packet[RTP_HEADER_BYTES] = at === 0 ? 0x90 : 0x80;
      packet[RTP_HEADER_BYTES + 1] = 0x80;
      packet[RTP_HEADER_BYTES + 2] = high;
      packet[RTP_HEADER_BYTES + 3] = low;
      packet.set(piece, RTP_HEADER_BYTES + 4);
    }
  }
}

/** One spatial layer, its size, no group of frames. */
const STRUCTURE_BYTES = 5;

/**
 * VP9 (RFC 9628) without layers: every picture needs the one before it, keyframes none and they tell the size. A superframe goes
 * as it is.
 */
export class Vp9PayloadWriter implements PayloadWriter {
  readonly #ids = new PictureIds();

  write({ data, keyframe, format }: PayloadUnit, run: PacketRun): void {
    if (data.length === 0) return;
    const [high, low] = this.#ids.take();
    const { width, height } = format as { width?: number; height?: number };
    const structure =
      keyframe && width !== undefined && height !== undefined
        ? [0x10, width >> 8, width & 0xff, height >> 8, height & 0xff]
        : [];
    const size = evenPiece(data.length, MOST_PAYLOAD_BYTES - 3 - STRUCTURE_BYTES);
    for (let at = 0; at < data.length; at += size) {
      const piece = data.subarray(at, at + size);
      const extra = at === 0 ? structure : [];
      const packet = run.next(3 + extra.length + piece.length);
      packet[RTP_HEADER_BYTES] =
        0x80 |
        (keyframe ? 0 : 0x40) |
        (at === 0 ? 0x08 : 0) |
        (at + size >= data.length ? 0x04 : 0) |
        (extra.length > 0 ? 0x02 : 0);
      packet[RTP_HEADER_BYTES + 1] = high;
      packet[RTP_HEADER_BYTES + 2] = low;
      packet.set(extra, RTP_HEADER_BYTES + 3);
      packet.set(piece, RTP_HEADER_BYTES + 3 + extra.length);
    }
  }
}
