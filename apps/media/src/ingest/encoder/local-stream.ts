import { randomInt } from "node:crypto";
import { SoundTimestamps } from "@sameroom/engine";
import type { Wire, WireCodec } from "@sameroom/native";
import { type AccessUnit, opusSamples, Packetizer, type UnitFormat } from "@sameroom/protocol";
import { createSsrc } from "../../transport/peer-connection.ts";
import { SINGLE_LAYER } from "../claim-stream.ts";
import { IncomingStream } from "../incoming-stream.ts";
import { type LocalSection, localSection } from "./encoder-section.ts";

export interface LocalStreamOptions {
  wire: Pick<Wire, "addSource" | "removeSource" | "inject" | "setSourceClock">;
  local: LocalSection;
  /** Who joins begins with the pictures since the newest keyframe: nobody can be asked for one. */
  keepsPast: boolean;
  nowMs: number;
}

/** Four seconds of 20 Mbit/s; a group of pictures that is longer begins with its next keyframe. */
const PAST_PACKETS = 8192;
/** The meaning of timestamps is told again after so long, µs. */
const CLOCK_INTERVAL_MICROS = 500_000;

/** Units as an RTP stream on the wire, as if a peer had sent it. */
export class LocalStream {
  readonly incoming: IncomingStream;
  readonly #options: LocalStreamOptions;
  readonly #packetizer: Packetizer;
  readonly #sound: SoundTimestamps | undefined;
  /** Of the newest unit. */
  #format: UnitFormat | undefined;
  #clockMicros = Number.NEGATIVE_INFINITY;
  #isOpen = true;

  /** Throws `WireError` when the wire is closed. */
  constructor(options: LocalStreamOptions) {
    this.#options = options;
    const { wire, local, keepsPast, nowMs } = options;
    const { section, codec } = local;
    const ssrc = createSsrc();
    const { payloadType, clockRate, name } = codec;
    const source = wire.addSource({
      ...{ peer: "local", ssrc, kind: section.kind, codec: name as WireCodec, clockRate, payloadType },
      extensions: {},
      ...(keepsPast ? { pastPackets: PAST_PACKETS } : {}),
    });
    this.#packetizer = new Packetizer({ codec: name, ssrc, payloadType, sequenceNumber: randomInt(0x10000) });
    this.#sound = section.kind === "audio" ? new SoundTimestamps() : undefined;
    this.incoming = new IncomingStream({
      ...{ source, section, codec, ssrc, layer: SINGLE_LAYER, nowMs },
      ...(keepsPast ? { past: "always" as const } : {}),
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Units of this format can follow those before. */
  takes(format: UnitFormat): boolean {
    if (format === this.#format) return true;
    const { codec } = this.#options.local;
    const other = localSection(format)?.codec;
    if (other?.name !== codec.name || other.fmtp !== codec.fmtp) return false;
    this.#format = format;
    return true;
  }

  /** Sends a unit. `timeMicros`: presentation time on a line of this stream's own, without jumps but those of the media. */
  send(unit: AccessUnit, timeMicros: number): void {
    if (!this.#isOpen) return;
    const { wire, local } = this.#options;
    const timestamp =
      this.#sound?.take(timeMicros, opusSamples(unit.data)) ??
      Math.round((timeMicros * local.codec.clockRate) / 1_000_000);
    const packets = this.#packetizer.packetize(unit, timestamp);
    if (packets.length === 0) return;
    this.#tellClock(unit.captureMicros, timestamp >>> 0);
    wire.inject(this.incoming.source, packets);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#options.wire.removeSource(this.incoming.source);
  }

  #tellClock(unixMicros: number, rtpTimestamp: number): void {
    if (Math.abs(unixMicros - this.#clockMicros) < CLOCK_INTERVAL_MICROS) return;
    this.#clockMicros = unixMicros;
    this.incoming.clock = { unixMicros, rtpTimestamp };
    this.#options.wire.setSourceClock(this.incoming.source, this.incoming.clock);
  }
}
