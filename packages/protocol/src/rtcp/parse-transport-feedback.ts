import type { TransportFeedback } from "./types.ts";

/** Packets one feedback may cover here: a few run-length chunks could otherwise claim 65535. */
export const MAX_FEEDBACK_PACKETS = 16_384;

const NOT_RECEIVED = 0;
const SMALL_DELTA = 1;
const LARGE_DELTA = 2;

/** Body of RTPFB format 15 (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1). */
export function parseTransportFeedback(body: Uint8Array): TransportFeedback | string {
  if (body.length < 18) return "a transport feedback is truncated";
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const statusCount = view.getUint16(10);
  if (statusCount === 0) return "a transport feedback covers no packet";
  if (statusCount > MAX_FEEDBACK_PACKETS) return "a transport feedback covers too many packets";

  const symbols = new Uint8Array(statusCount);
  let offset = 16;
  for (let filled = 0; filled < statusCount; offset += 2) {
    if (offset + 2 > body.length) return "transport feedback chunks are truncated";
    const end = readChunk(view.getUint16(offset), symbols, filled);
    if (end === filled) return "a transport feedback chunk covers nothing";
    filled = end;
  }
  const deltas: (number | null)[] = [];
  for (const symbol of symbols) {
    if (symbol === NOT_RECEIVED) deltas.push(null);
    else if (symbol === SMALL_DELTA) {
      if (offset + 1 > body.length) return "transport feedback deltas are truncated";
      deltas.push(body[offset]!);
      offset += 1;
    } else if (symbol === LARGE_DELTA) {
      if (offset + 2 > body.length) return "transport feedback deltas are truncated";
      deltas.push(view.getInt16(offset));
      offset += 2;
    } else return "a reserved transport feedback symbol";
  }
  return {
    type: "transport-cc",
    senderSsrc: view.getUint32(0),
    mediaSsrc: view.getUint32(4),
    baseSequence: view.getUint16(8),
    referenceTime: view.getInt32(12) >> 8,
    feedbackCount: view.getUint8(15),
    deltas,
  };
}

/** Spreads one chunk over the symbols from `start`; returns how many are filled then. */
function readChunk(chunk: number, symbols: Uint8Array, start: number): number {
  if ((chunk & 0x8000) === 0) {
    const end = Math.min(symbols.length, start + (chunk & 0x1fff));
    symbols.fill((chunk >> 13) & 3, start, end);
    return end;
  }
  const twoBit = (chunk & 0x4000) !== 0;
  const end = Math.min(symbols.length, start + (twoBit ? 7 : 14));
  for (let index = start; index < end; index++) {
    const place = index - start;
    symbols[index] = twoBit ? (chunk >> (12 - place * 2)) & 3 : (chunk >> (13 - place)) & 1;
  }
  return end;
}
