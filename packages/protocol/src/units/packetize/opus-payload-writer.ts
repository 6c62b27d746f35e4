import { MOST_PAYLOAD_BYTES, type PacketRun, RTP_HEADER_BYTES } from "./packet-run.ts";
import type { PayloadUnit, PayloadWriter } from "./payload-writer.ts";

/** Opus (RFC 7587): a packet is a payload. Larger ones than a datagram takes are left out; no encoder's are. */
export class OpusPayloadWriter implements PayloadWriter {
  write({ data }: PayloadUnit, run: PacketRun): void {
    if (data.length === 0 || data.length > MOST_PAYLOAD_BYTES) return;
    run.next(data.length).set(data, RTP_HEADER_BYTES);
  }
}
