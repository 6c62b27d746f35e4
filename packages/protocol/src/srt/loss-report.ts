import { sequenceDistance } from "./sequence-number.ts";

/** Packets from `first` to `last`, both of them included. */
export interface SequenceRange {
  first: number;
  last: number;
}

const RANGE_FLAG = 0x8000_0000;
/** What fits a packet of 1,456 bytes. */
const MOST_WORDS = 360;

/** The body of a NAK (draft-sharabayko-srt-01 appendix A): oldest first; what does not fit is asked for next time. */
export function serializeLossReport(ranges: readonly SequenceRange[]): Uint8Array {
  const words: number[] = [];
  for (const { first, last } of ranges) {
    if (words.length + 2 > MOST_WORDS) break;
    if (first === last) words.push(first);
    else words.push(first + RANGE_FLAG, last);
  }
  const body = new Uint8Array(words.length * 4);
  const view = new DataView(body.buffer);
  words.forEach((word, index) => {
    view.setUint32(index * 4, word);
  });
  return body;
}

/** The ranges in the body of a NAK, as far as they make sense. Never throws. */
export function parseLossReport(body: Uint8Array): SequenceRange[] {
  const ranges: SequenceRange[] = [];
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  for (let at = 0; at + 4 <= body.length; at += 4) {
    const word = view.getUint32(at);
    if (word < RANGE_FLAG) {
      ranges.push({ first: word, last: word });
      continue;
    }
    at += 4;
    if (at + 4 > body.length) break;
    const first = word - RANGE_FLAG;
    const last = view.getUint32(at);
    if (last < RANGE_FLAG && sequenceDistance(first, last) >= 0) ranges.push({ first, last });
  }
  return ranges;
}
