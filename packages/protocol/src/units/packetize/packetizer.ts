import type { CodecName } from "../../codec/types.ts";
import { Av1PayloadWriter } from "./av1-payload-writer.ts";
import { H264PayloadWriter } from "./h264-payload-writer.ts";
import { OpusPayloadWriter } from "./opus-payload-writer.ts";
import { PacketRun, type RtpStreamIdentity } from "./packet-run.ts";
import type { PayloadUnit, PayloadWriter } from "./payload-writer.ts";
import { Vp8PayloadWriter, Vp9PayloadWriter } from "./vpx-payload-writers.ts";

export interface PacketizerOptions extends RtpStreamIdentity {
  codec: CodecName;
}

/**
 * Access units to RTP packets, for one stream; what the depacketizer of the codec undoes. Packets have no extensions, belong to
 * the caller, and leave room in a datagram of 1,200 bytes for what is added on the way. Never throws.
 */
export class Packetizer {
  readonly #run: PacketRun;
  readonly #writer: PayloadWriter;
  readonly #marks: boolean;

  constructor({ codec, ...identity }: PacketizerOptions) {
    this.#run = new PacketRun(identity);
    this.#writer = payloadWriter(codec);
    // The marker ends a picture; of sound it begins a talk spurt (RFC 7587 section 4.1), which nothing here knows of.
    this.#marks = codec !== "opus";
  }

  /** The packets of a unit, with this RTP timestamp (modulo 2^32); none where there is nothing to send in it. */
  packetize(unit: PayloadUnit, timestamp: number): Uint8Array[] {
    this.#run.begin(timestamp);
    this.#writer.write(unit, this.#run);
    return this.#run.end(this.#marks);
  }
}

function payloadWriter(codec: CodecName): PayloadWriter {
  switch (codec) {
    case "h264":
      return new H264PayloadWriter();
    case "vp8":
      return new Vp8PayloadWriter();
    case "vp9":
      return new Vp9PayloadWriter();
    case "av1":
      return new Av1PayloadWriter();
    case "opus":
      return new OpusPayloadWriter();
  }
}
