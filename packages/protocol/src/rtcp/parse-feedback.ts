import { PSFB_FORMAT, REMB_IDENTIFIER, RTCP_TYPE, RTPFB_FORMAT } from "./packet-types.ts";
import { parseTransportFeedback } from "./parse-transport-feedback.ts";
import type { FullIntraRequest, GenericNack, ReceiverEstimatedMaxBitrate, RtcpPacket } from "./types.ts";

/** Packet type 205 (RFC 4585 section 6.2). */
export function parseTransportLayerFeedback(format: number, body: Uint8Array): RtcpPacket | string {
  if (body.length < 8) return "a feedback packet is truncated";
  if (format === RTPFB_FORMAT.nack) return parseNack(body);
  if (format === RTPFB_FORMAT.transportCc) return parseTransportFeedback(body);
  return { type: "unknown", packetType: RTCP_TYPE.transportFeedback, count: format, body: body.slice() };
}

/** Packet type 206 (RFC 4585 section 6.3, RFC 5104 section 4.3.1). */
export function parsePayloadFeedback(format: number, body: Uint8Array): RtcpPacket | string {
  if (body.length < 8) return "a feedback packet is truncated";
  const view = viewOf(body);
  if (format === PSFB_FORMAT.pli) {
    if (body.length !== 8) return "a PLI has a body";
    return { type: "pli", senderSsrc: view.getUint32(0), mediaSsrc: view.getUint32(4) };
  }
  if (format === PSFB_FORMAT.fir) return parseFir(body);
  const isRemb =
    format === PSFB_FORMAT.applicationLayer && body.length >= 12 && view.getUint32(8) === REMB_IDENTIFIER;
  if (isRemb) return parseRemb(body);
  return { type: "unknown", packetType: RTCP_TYPE.payloadFeedback, count: format, body: body.slice() };
}

function parseNack(body: Uint8Array): GenericNack | string {
  if (body.length < 12 || body.length % 4 !== 0) return "a NACK is truncated";
  const view = viewOf(body);
  const sequenceNumbers: number[] = [];
  for (let offset = 8; offset < body.length; offset += 4) {
    const first = view.getUint16(offset);
    sequenceNumbers.push(first);
    for (let bits = view.getUint16(offset + 2), next = first + 1; bits !== 0; bits >>= 1, next++) {
      if ((bits & 1) !== 0) sequenceNumbers.push(next & 0xffff);
    }
  }
  return { type: "nack", senderSsrc: view.getUint32(0), mediaSsrc: view.getUint32(4), sequenceNumbers };
}

function parseFir(body: Uint8Array): FullIntraRequest | string {
  if (body.length < 16 || body.length % 8 !== 0) return "a FIR is truncated";
  const view = viewOf(body);
  const entries: FullIntraRequest["entries"] = [];
  for (let offset = 8; offset < body.length; offset += 8) {
    entries.push({ ssrc: view.getUint32(offset), sequenceNumber: view.getUint8(offset + 4) });
  }
  return { type: "fir", senderSsrc: view.getUint32(0), mediaSsrc: view.getUint32(4), entries };
}

/** draft-alvestrand-rmcat-remb section 2.2. */
function parseRemb(body: Uint8Array): ReceiverEstimatedMaxBitrate | string {
  if (body.length < 16) return "a REMB is truncated";
  const view = viewOf(body);
  const count = view.getUint8(12);
  if (body.length !== 16 + count * 4) return "a REMB is not as long as its count says";
  const exponent = view.getUint8(13) >> 2;
  const mantissa = view.getUint32(12) & 0x3ffff;
  const ssrcs: number[] = [];
  for (let index = 0; index < count; index++) ssrcs.push(view.getUint32(16 + index * 4));
  return {
    type: "remb",
    senderSsrc: view.getUint32(0),
    mediaSsrc: view.getUint32(4),
    bitrateBps: mantissa * 2 ** exponent,
    ssrcs,
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
