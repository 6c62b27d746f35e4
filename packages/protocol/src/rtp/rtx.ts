import { parseRtp, rtpPayload } from "./parse-rtp.ts";
import { serializeRtp } from "./serialize-rtp.ts";

/** The retransmission of an RTP packet (RFC 4588 section 4): its sequence number, then its payload. Undefined when malformed. */
export function wrapRtx(
  packet: Uint8Array,
  rtx: { ssrc: number; payloadType: number; sequenceNumber: number },
): Uint8Array | undefined {
  const header = parseRtp(packet);
  if (header === undefined) return undefined;
  const original = rtpPayload(packet, header);
  const payload = new Uint8Array(original.length + 2);
  payload[0] = header.sequenceNumber >> 8;
  payload[1] = header.sequenceNumber;
  payload.set(original, 2);
  return serializeRtp({ ...header, ...rtx, payload, paddingLength: 0 });
}

/** The RTP packet in a retransmission; undefined when malformed, or without payload (padding used as a probe). */
export function unwrapRtx(
  packet: Uint8Array,
  media: { ssrc: number; payloadType: number },
): Uint8Array | undefined {
  const header = parseRtp(packet);
  if (header === undefined) return undefined;
  const payload = rtpPayload(packet, header);
  if (payload.length < 2) return undefined;
  const sequenceNumber = (payload[0]! << 8) | payload[1]!;
  return serializeRtp({
    ...header,
    ...media,
    sequenceNumber,
    payload: payload.subarray(2),
    paddingLength: 0,
  });
}
