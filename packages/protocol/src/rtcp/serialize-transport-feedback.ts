import type { ByteWriter } from "../bytes/byte-writer.ts";
import { MAX_FEEDBACK_PACKETS } from "./parse-transport-feedback.ts";
import type { TransportFeedback } from "./types.ts";

const MAX_RUN = 0x1fff;

/** Writes the body: status chunks in the shorter of the three forms, then the deltas, unpadded. */
export function writeTransportFeedback(writer: ByteWriter, feedback: TransportFeedback): void {
  const { deltas } = feedback;
  if (deltas.length === 0 || deltas.length > MAX_FEEDBACK_PACKETS) {
    throw new RangeError(`transport-cc: covers 1..${MAX_FEEDBACK_PACKETS} packets`);
  }
  writer.uint32(feedback.senderSsrc).uint32(feedback.mediaSsrc).uint16(feedback.baseSequence);
  writer
    .uint16(deltas.length)
    .uint24(feedback.referenceTime & 0xff_ffff)
    .uint8(feedback.feedbackCount);
  const symbols = Uint8Array.from(deltas, symbolOf);
  let offset = 0;
  while (offset < symbols.length) offset += writeChunk(writer, symbols, offset);
  for (const delta of deltas) {
    if (delta === null) continue;
    if (delta >= 0 && delta <= 255) writer.uint8(delta);
    else writer.uint16(delta);
  }
}

function symbolOf(delta: number | null): number {
  if (delta === null) return 0;
  if (!Number.isInteger(delta) || delta < -32_768 || delta > 32_767) {
    throw new RangeError("transport-cc: a delta is a signed 16-bit integer");
  }
  return delta >= 0 && delta <= 255 ? 1 : 2;
}

/** Writes one chunk from `start`; returns how many symbols it covers. */
function writeChunk(writer: ByteWriter, symbols: Uint8Array, start: number): number {
  const symbol = symbols[start]!;
  let run = 1;
  while (start + run < symbols.length && run < MAX_RUN && symbols[start + run] === symbol) run++;
  const twoBit = symbols.subarray(start, start + 14).includes(2);
  const capacity = twoBit ? 7 : 14;
  if (run >= capacity || start + run === symbols.length) {
    writer.uint16((symbol << 13) | run);
    return run;
  }
  const covered = symbols.subarray(start, start + capacity);
  let bits = 0;
  for (const [index, value] of covered.entries()) bits |= value << (twoBit ? 12 - index * 2 : 13 - index);
  writer.uint16((twoBit ? 0xc000 : 0x8000) | bits);
  return covered.length;
}
