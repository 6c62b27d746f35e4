import { decodeUtf8 } from "@sameroom/base";
import { RTCP_TYPE } from "./packet-types.ts";
import type {
  ApplicationDefined,
  Goodbye,
  ReceiverReport,
  ReportBlock,
  SdesItem,
  SenderReport,
  SourceDescription,
} from "./types.ts";

const BLOCK_BYTES = 24;

/** SR or RR; profile-specific extensions after the blocks are skipped. */
export function parseReport(
  packetType: number,
  count: number,
  body: Uint8Array,
): SenderReport | ReceiverReport | string {
  const isSender = packetType === RTCP_TYPE.senderReport;
  const blocksAt = isSender ? 24 : 4;
  if (body.length < blocksAt + count * BLOCK_BYTES) return "a report is shorter than its count says";
  const view = viewOf(body);
  const reports: ReportBlock[] = [];
  for (let index = 0; index < count; index++) reports.push(parseBlock(view, blocksAt + index * BLOCK_BYTES));
  if (!isSender) return { type: "rr", ssrc: view.getUint32(0), reports };
  return {
    type: "sr",
    ssrc: view.getUint32(0),
    ntpSeconds: view.getUint32(4),
    ntpFraction: view.getUint32(8),
    rtpTimestamp: view.getUint32(12),
    packetCount: view.getUint32(16),
    octetCount: view.getUint32(20),
    reports,
  };
}

function parseBlock(view: DataView, offset: number): ReportBlock {
  return {
    ssrc: view.getUint32(offset),
    fractionLost: view.getUint8(offset + 4),
    packetsLost: (view.getInt32(offset + 4) << 8) >> 8,
    highestSequence: view.getUint32(offset + 8),
    jitter: view.getUint32(offset + 12),
    lastSenderReport: view.getUint32(offset + 16),
    delaySinceLastSenderReport: view.getUint32(offset + 20),
  };
}

/** Chunks of items, each chunk ended by a null octet and padded to 32 bits (RFC 3550 section 6.5). */
export function parseSourceDescription(count: number, body: Uint8Array): SourceDescription | string {
  const view = viewOf(body);
  const chunks: SourceDescription["chunks"] = [];
  let offset = 0;
  for (let index = 0; index < count; index++) {
    if (offset + 8 > body.length) return "an SDES chunk is truncated";
    const ssrc = view.getUint32(offset);
    const items: SdesItem[] = [];
    offset += 4;
    while (offset < body.length && body[offset] !== 0) {
      const length = body[offset + 1] ?? 0;
      if (offset + 2 + length > body.length) return "an SDES item is truncated";
      items.push({ type: body[offset]!, text: decodeUtf8(body.subarray(offset + 2, offset + 2 + length)) });
      offset += 2 + length;
    }
    if (offset >= body.length) return "an SDES chunk has no end";
    offset = (offset + 4) & ~3;
    chunks.push({ ssrc, items });
  }
  return { type: "sdes", chunks };
}

export function parseGoodbye(count: number, body: Uint8Array): Goodbye | string {
  if (body.length < count * 4) return "a BYE is shorter than its count says";
  const view = viewOf(body);
  const ssrcs: number[] = [];
  for (let index = 0; index < count; index++) ssrcs.push(view.getUint32(index * 4));
  if (body.length === count * 4) return { type: "bye", ssrcs, reason: "" };
  const start = count * 4 + 1;
  const length = body[start - 1]!;
  if (start + length > body.length) return "a BYE reason is truncated";
  return { type: "bye", ssrcs, reason: decodeUtf8(body.subarray(start, start + length)) };
}

export function parseApplication(subtype: number, body: Uint8Array): ApplicationDefined | string {
  if (body.length < 8) return "an APP packet is truncated";
  return {
    type: "app",
    subtype,
    ssrc: viewOf(body).getUint32(0),
    name: String.fromCharCode(...body.subarray(4, 8)),
    data: body.slice(8),
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
