import { FrameBuffer } from "../units/frame-buffer.ts";
import { isPesStart, type PesPacket, parsePes } from "./parse-pes.ts";
import type { TsPacket } from "./ts-packet.ts";

const LENGTH_END = 6;

/**
 * PES packets out of the TS packets of one PID. One that does not tell its length (pictures) is over when the next begins, or,
 * a picture sooner, with a packet that had to be filled up; a stream that fills up elsewhere is found out and waited for.
 */
export class PesAssembler {
  readonly #buffer: FrameBuffer;
  #isOpen = false;
  #hasEnded = false;
  #endsWithStuffing = true;

  /** `limit`: bytes that no PES packet exceeds. */
  constructor(limit: number) {
    this.#buffer = new FrameBuffer(limit);
  }

  /** The PES packets that are whole with this one, up to two. Views into memory of their own. */
  take(packet: TsPacket): PesPacket[] {
    const done: PesPacket[] = [];
    if (packet.isStart) this.#begin(packet, done);
    else if (!this.#isOpen && this.#hasEnded && packet.payload.length > 0) this.#endsWithStuffing = false;
    if (!this.#isOpen) return done;
    if (!this.#buffer.append(packet.payload)) {
      this.lost();
      return done;
    }
    const length = this.#length();
    if (length === undefined) return done;
    const isWhole = length > LENGTH_END && this.#buffer.length >= length;
    const isFilled = length === LENGTH_END && packet.isStuffed && this.#endsWithStuffing;
    if (isFilled || isWhole) {
      this.#hasEnded = isFilled;
      this.#finish(done);
    }
    return done;
  }

  /** What is there when nothing more comes. */
  end(): PesPacket[] {
    const done: PesPacket[] = [];
    if (this.#isOpen) this.#finish(done);
    return done;
  }

  /** A packet is missing: what began is given up. */
  lost(): void {
    this.#isOpen = false;
    this.#hasEnded = false;
    this.#buffer.clear();
  }

  #begin({ payload }: TsPacket, done: PesPacket[]): void {
    if (this.#isOpen) this.#finish(done);
    this.#hasEnded = false;
    this.#buffer.clear();
    this.#isOpen = isPesStart(payload);
  }

  /** Of the whole PES packet; 6: it does not tell; undefined: not yet known. */
  #length(): number | undefined {
    if (this.#buffer.length < LENGTH_END) return undefined;
    const [high, low] = this.#buffer.view(4, LENGTH_END);
    return LENGTH_END + ((high! << 8) | low!);
  }

  #finish(done: PesPacket[]): void {
    const length = this.#length();
    const bytes = this.#buffer.take();
    this.#buffer.clear();
    this.#isOpen = false;
    if (length === undefined || length > bytes.length) return;
    const pes = parsePes(length > LENGTH_END ? bytes.subarray(0, length) : bytes);
    if (pes !== undefined) done.push(pes);
  }
}
