import { XR_BLOCK } from "./packet-types.ts";
import type { ExtendedReport, XrDelaySinceLastReceiverReport } from "./types.ts";

/** Extended report (RFC 3611 section 3). */
export function parseExtendedReport(body: Uint8Array): ExtendedReport | string {
  if (body.length < 4) return "an XR is truncated";
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const blocks: ExtendedReport["blocks"] = [];
  let offset = 4;
  while (offset < body.length) {
    if (offset + 4 > body.length) return "an XR block header is truncated";
    const blockType = body[offset]!;
    const end = offset + 4 + view.getUint16(offset + 2) * 4;
    if (end > body.length) return "an XR block exceeds its packet";
    const block = parseBlock(view, blockType, { start: offset, end });
    if (typeof block === "string") return block;
    blocks.push(block);
    offset = end;
  }
  return { type: "xr", ssrc: view.getUint32(0), blocks };
}

function parseBlock(
  view: DataView,
  blockType: number,
  range: { start: number; end: number },
): ExtendedReport["blocks"][number] | string {
  const { start, end } = range;
  if (blockType === XR_BLOCK.receiverReferenceTime) {
    if (end - start !== 12) return "an RRTR block is not 12 bytes";
    return { type: "rrtr", ntpSeconds: view.getUint32(start + 4), ntpFraction: view.getUint32(start + 8) };
  }
  if (blockType === XR_BLOCK.delaySinceLastReceiverReport) {
    if ((end - start - 4) % 12 !== 0) return "a DLRR block is truncated";
    const entries: XrDelaySinceLastReceiverReport["entries"] = [];
    for (let offset = start + 4; offset < end; offset += 12) {
      entries.push({
        ssrc: view.getUint32(offset),
        lastReceiverReport: view.getUint32(offset + 4),
        delaySinceLastReceiverReport: view.getUint32(offset + 8),
      });
    }
    return { type: "dlrr", entries };
  }
  const data = new Uint8Array(view.buffer, view.byteOffset + start + 4, end - start - 4).slice();
  return { type: "unknown", blockType, typeSpecific: view.getUint8(start + 1), data };
}
