import { fail, ok, type Result } from "@sameroom/base";
import { RTCP_TYPE } from "./packet-types.ts";
import { parsePayloadFeedback, parseTransportLayerFeedback } from "./parse-feedback.ts";
import { parseApplication, parseGoodbye, parseReport, parseSourceDescription } from "./parse-reports.ts";
import { parseExtendedReport } from "./parse-xr.ts";
import type { RtcpPacket } from "./types.ts";

/**
 * Reads a compound RTCP packet (RFC 3550 section 6.1; reduced-size ones too, RFC 5506). One malformed sub-packet makes
 * the whole packet invalid; well-framed ones of other types come back as `unknown`. Undefined when invalid; never throws.
 */
export function parseRtcp(compound: Uint8Array): RtcpPacket[] | undefined {
  const result = parseRtcpResult(compound);
  return result.ok ? result.value : undefined;
}

/** Like {@link parseRtcp}, with the reason when it fails. */
export function parseRtcpResult(compound: Uint8Array): Result<RtcpPacket[], string> {
  if (compound.length === 0) return fail("empty");
  const view = new DataView(compound.buffer, compound.byteOffset, compound.byteLength);
  const packets: RtcpPacket[] = [];
  let offset = 0;
  while (offset < compound.length) {
    if (offset + 4 > compound.length) return fail("truncated header");
    const first = compound[offset]!;
    if (first >> 6 !== 2) return fail("not RTCP version 2");
    const packetType = compound[offset + 1]!;
    if (packetType < 192 || packetType > 223) return fail("not an RTCP packet type");
    const end = offset + 4 + view.getUint16(offset + 2) * 4;
    if (end > compound.length) return fail("a sub-packet exceeds the compound");
    let bodyEnd = end;
    if ((first & 0x20) !== 0) {
      // Padding belongs to the last sub-packet alone; transport-cc counts less than four bytes of it.
      const padding = end > offset + 4 ? compound[end - 1]! : 0;
      if (end !== compound.length || padding === 0 || padding > end - offset - 4)
        return fail("malformed padding");
      bodyEnd = end - padding;
    }
    const parsed = parseSubPacket(packetType, first & 31, compound.subarray(offset + 4, bodyEnd));
    if (typeof parsed === "string") return fail(parsed);
    packets.push(parsed);
    offset = end;
  }
  return ok(packets);
}

/** The sub-packet, or what is wrong with it. */
function parseSubPacket(packetType: number, count: number, body: Uint8Array): RtcpPacket | string {
  switch (packetType) {
    case RTCP_TYPE.senderReport:
    case RTCP_TYPE.receiverReport:
      return parseReport(packetType, count, body);
    case RTCP_TYPE.sourceDescription:
      return parseSourceDescription(count, body);
    case RTCP_TYPE.goodbye:
      return parseGoodbye(count, body);
    case RTCP_TYPE.application:
      return parseApplication(count, body);
    case RTCP_TYPE.transportFeedback:
      return parseTransportLayerFeedback(count, body);
    case RTCP_TYPE.payloadFeedback:
      return parsePayloadFeedback(count, body);
    case RTCP_TYPE.extendedReport:
      return parseExtendedReport(body);
    default:
      return { type: "unknown", packetType, count, body: body.slice() };
  }
}
