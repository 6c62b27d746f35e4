import { fail, ok, type Result } from "@sameroom/base";
import { parseExtensionBlock } from "./extension-block.ts";
import type { RtpHeader, RtpHeaderExtension } from "./types.ts";

const FIXED_BYTES = 12;

/** Reads an RTP header (RFC 3550 section 5.1, RFC 8285); undefined when any field exceeds the packet. Never throws. */
export function parseRtp(packet: Uint8Array): RtpHeader | undefined {
  const result = parseRtpResult(packet);
  return result.ok ? result.value : undefined;
}

/** Like {@link parseRtp}, with the reason when it fails. */
export function parseRtpResult(packet: Uint8Array): Result<RtpHeader, string> {
  if (packet.length < FIXED_BYTES) return fail("shorter than an RTP header");
  const first = packet[0]!;
  if (first >> 6 !== 2) return fail("not RTP version 2");
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const csrcCount = first & 15;
  let offset = FIXED_BYTES + csrcCount * 4;
  if (offset > packet.length) return fail("the CSRC list exceeds the packet");
  const csrcs: number[] = [];
  for (let index = 0; index < csrcCount; index++) csrcs.push(view.getUint32(FIXED_BYTES + index * 4));

  let extensionProfile: number | undefined;
  let extensions: RtpHeaderExtension[] = [];
  if ((first & 0x10) !== 0) {
    if (offset + 4 > packet.length) return fail("the extension header exceeds the packet");
    extensionProfile = view.getUint16(offset);
    const end = offset + 4 + view.getUint16(offset + 2) * 4;
    if (end > packet.length) return fail("the extension block exceeds the packet");
    extensions = parseExtensionBlock(extensionProfile, packet.subarray(offset + 4, end));
    offset = end;
  }

  let paddingLength = 0;
  if ((first & 0x20) !== 0) {
    paddingLength = packet.length > offset ? packet[packet.length - 1]! : 0;
    if (paddingLength === 0 || offset + paddingLength > packet.length)
      return fail("the padding is malformed");
  }
  return ok({
    marker: (packet[1]! & 0x80) !== 0,
    payloadType: packet[1]! & 0x7f,
    sequenceNumber: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    csrcs,
    extensionProfile,
    extensions,
    payloadOffset: offset,
    paddingLength,
  });
}

/** The payload of a packet, without padding, as a view. */
export function rtpPayload(packet: Uint8Array, header: RtpHeader): Uint8Array {
  return packet.subarray(header.payloadOffset, packet.length - header.paddingLength);
}

/** Data of the extension with this id, or undefined. The first one of equal ids counts. */
export function findExtension(header: RtpHeader, id: number | undefined): Uint8Array | undefined {
  if (id === undefined) return undefined;
  return header.extensions.find((extension) => extension.id === id)?.data;
}
