import { encodeUtf8 } from "@sameroom/base";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { PSFB_FORMAT, REMB_IDENTIFIER, RTCP_TYPE, RTPFB_FORMAT, XR_BLOCK } from "./packet-types.ts";
import { writeTransportFeedback } from "./serialize-transport-feedback.ts";
import type { ExtendedReport, GenericNack, ReportBlock, RtcpPacket, SourceDescription } from "./types.ts";

/** The compound's bytes. Throws `RangeError` when a packet holds more than its format can say. */
export function serializeRtcp(packets: readonly RtcpPacket[]): Uint8Array {
  const writer = new ByteWriter(512);
  for (const [index, packet] of packets.entries()) {
    const start = writer.length;
    const { packetType, count } = headOf(packet);
    if (count < 0 || count > 31) throw new RangeError(`${packet.type}: at most 31 entries`);
    writer
      .uint8(0x80 | count)
      .uint8(packetType)
      .uint16(0);
    writeBody(writer, packet);
    const padding = -writer.length & 3;
    if (padding > 0) {
      // Only transport-cc ends off a word; its padding is counted as RTCP padding when it is the last packet.
      for (let left = padding; left > 0; left--) writer.uint8(left === 1 ? padding : 0);
      if (index === packets.length - 1) writer.patchUint8(start, 0xa0 | count);
    }
    const words = (writer.length - start) / 4 - 1;
    if (words > 0xffff) throw new RangeError(`${packet.type}: too long`);
    writer.patchUint16(start + 2, words);
  }
  return writer.finish();
}

function headOf(packet: RtcpPacket): { packetType: number; count: number } {
  switch (packet.type) {
    case "sr":
      return { packetType: RTCP_TYPE.senderReport, count: packet.reports.length };
    case "rr":
      return { packetType: RTCP_TYPE.receiverReport, count: packet.reports.length };
    case "sdes":
      return { packetType: RTCP_TYPE.sourceDescription, count: packet.chunks.length };
    case "bye":
      return { packetType: RTCP_TYPE.goodbye, count: packet.ssrcs.length };
    case "app":
      return { packetType: RTCP_TYPE.application, count: packet.subtype };
    case "nack":
      return { packetType: RTCP_TYPE.transportFeedback, count: RTPFB_FORMAT.nack };
    case "transport-cc":
      return { packetType: RTCP_TYPE.transportFeedback, count: RTPFB_FORMAT.transportCc };
    case "pli":
      return { packetType: RTCP_TYPE.payloadFeedback, count: PSFB_FORMAT.pli };
    case "fir":
      return { packetType: RTCP_TYPE.payloadFeedback, count: PSFB_FORMAT.fir };
    case "remb":
      return { packetType: RTCP_TYPE.payloadFeedback, count: PSFB_FORMAT.applicationLayer };
    case "xr":
      return { packetType: RTCP_TYPE.extendedReport, count: 0 };
    case "unknown":
      return { packetType: packet.packetType, count: packet.count };
  }
}

function writeBody(writer: ByteWriter, packet: RtcpPacket): void {
  switch (packet.type) {
    case "sr":
      writer.uint32(packet.ssrc).uint32(packet.ntpSeconds).uint32(packet.ntpFraction);
      writer.uint32(packet.rtpTimestamp).uint32(packet.packetCount).uint32(packet.octetCount);
      writeBlocks(writer, packet.reports);
      return;
    case "rr":
      writer.uint32(packet.ssrc);
      writeBlocks(writer, packet.reports);
      return;
    case "sdes":
      writeSdes(writer, packet);
      return;
    case "bye":
      for (const ssrc of packet.ssrcs) writer.uint32(ssrc);
      if (packet.reason !== "") writeText(writer, packet.reason).align4();
      return;
    case "app":
      if (packet.name.length !== 4) throw new RangeError("app: the name has four characters");
      writer.uint32(packet.ssrc).bytes(Uint8Array.from(packet.name, (character) => character.charCodeAt(0)));
      writer.bytes(packet.data).align4();
      return;
    case "nack":
      writeNack(writer, packet);
      return;
    case "transport-cc":
      writeTransportFeedback(writer, packet);
      return;
    case "pli":
      writer.uint32(packet.senderSsrc).uint32(packet.mediaSsrc);
      return;
    case "fir":
      writer.uint32(packet.senderSsrc).uint32(packet.mediaSsrc);
      for (const { ssrc, sequenceNumber } of packet.entries)
        writer.uint32(ssrc).uint8(sequenceNumber).uint24(0);
      return;
    case "remb":
      writer.uint32(packet.senderSsrc).uint32(packet.mediaSsrc).uint32(REMB_IDENTIFIER);
      writeRemb(writer, packet.bitrateBps, packet.ssrcs);
      return;
    case "xr":
      writeXr(writer, packet);
      return;
    case "unknown":
      writer.bytes(packet.body).align4();
      return;
  }
}

function writeBlocks(writer: ByteWriter, reports: readonly ReportBlock[]): void {
  for (const report of reports) {
    const lost = Math.max(-0x80_0000, Math.min(0x7f_ffff, report.packetsLost));
    writer
      .uint32(report.ssrc)
      .uint8(report.fractionLost)
      .uint24(lost & 0xff_ffff);
    writer.uint32(report.highestSequence).uint32(report.jitter);
    writer.uint32(report.lastSenderReport).uint32(report.delaySinceLastSenderReport);
  }
}

function writeSdes(writer: ByteWriter, packet: SourceDescription): void {
  for (const { ssrc, items } of packet.chunks) {
    writer.uint32(ssrc);
    for (const { type, text } of items) {
      if (type < 1 || type > 255) throw new RangeError("sdes: an item type is 1..255");
      writeText(writer.uint8(type), text);
    }
    writer.uint8(0).align4();
  }
}

/** Length octet and UTF-8. */
function writeText(writer: ByteWriter, text: string): ByteWriter {
  const bytes = encodeUtf8(text);
  if (bytes.length > 255) throw new RangeError("rtcp: a text has at most 255 bytes");
  return writer.uint8(bytes.length).bytes(bytes);
}

function writeNack(writer: ByteWriter, packet: GenericNack): void {
  if (packet.sequenceNumbers.length === 0) throw new RangeError("nack: names no packet");
  writer.uint32(packet.senderSsrc).uint32(packet.mediaSsrc);
  let first: number | undefined;
  let bits = 0;
  for (const sequenceNumber of packet.sequenceNumbers) {
    const distance = first === undefined ? -1 : (sequenceNumber - first) & 0xffff;
    if (distance === 0) continue;
    if (distance >= 1 && distance <= 16) {
      bits |= 1 << (distance - 1);
      continue;
    }
    if (first !== undefined) writer.uint16(first).uint16(bits);
    first = sequenceNumber & 0xffff;
    bits = 0;
  }
  writer.uint16(first!).uint16(bits);
}

function writeRemb(writer: ByteWriter, bitrateBps: number, ssrcs: readonly number[]): void {
  if (ssrcs.length > 255) throw new RangeError("remb: at most 255 SSRCs");
  let exponent = 0;
  let mantissa = Math.max(0, bitrateBps);
  while (mantissa > 0x3ffff && exponent < 63) {
    mantissa /= 2;
    exponent += 1;
  }
  const value = Math.min(0x3ffff, Math.floor(mantissa));
  writer.uint8(ssrcs.length).uint24((exponent << 18) | value);
  for (const ssrc of ssrcs) writer.uint32(ssrc);
}

function writeXr(writer: ByteWriter, packet: ExtendedReport): void {
  writer.uint32(packet.ssrc);
  for (const block of packet.blocks) {
    if (block.type === "rrtr") {
      writer.uint8(XR_BLOCK.receiverReferenceTime).uint8(0).uint16(2);
      writer.uint32(block.ntpSeconds).uint32(block.ntpFraction);
    } else if (block.type === "dlrr") {
      writer
        .uint8(XR_BLOCK.delaySinceLastReceiverReport)
        .uint8(0)
        .uint16(block.entries.length * 3);
      for (const entry of block.entries) {
        writer.uint32(entry.ssrc).uint32(entry.lastReceiverReport).uint32(entry.delaySinceLastReceiverReport);
      }
    } else {
      writer
        .uint8(block.blockType)
        .uint8(block.typeSpecific)
        .uint16(Math.ceil(block.data.length / 4));
      writer.bytes(block.data).align4();
    }
  }
}
