import { type RenditionInfo, UnitStream } from "@sameroom/engine";
import type { AccessUnit } from "@sameroom/protocol";
import type { IncomingStream } from "../ingest/incoming-stream.ts";

/** One stream of the host on its way into a program: packets in, access units out. */
export class HostInput {
  readonly stream: IncomingStream;
  readonly rendition: RenditionInfo;
  readonly #units: UnitStream;

  /** `unixMicrosOf`: when, on the node's clock, something arrived at this time of the wire's clock. */
  constructor(
    stream: IncomingStream,
    rendition: RenditionInfo,
    unixMicrosOf: (arrivalMicros: number) => number,
  ) {
    this.stream = stream;
    this.rendition = rendition;
    const { name: codec, clockRate } = stream.codec;
    this.#units = new UnitStream({ codec, clockRate, kind: stream.section.kind, unixMicrosOf });
    this.#units.onKeyframeWanted = () => stream.keyframes.want();
    if (stream.clock !== undefined) this.#units.clock(stream.clock);
    if (rendition.kind === "video") stream.keyframes.want();
  }

  /** An RTP packet as the wire tapped it, valid during the call; `arrivalMicros` on the wire's clock. */
  take(packet: Uint8Array, arrivalMicros: number): void {
    this.#units.take(packet, arrivalMicros);
  }

  /** A moment of the node's clock and what the stream's timestamp was then. */
  clock(map: { unixMicros: number; rtpTimestamp: number }): void {
    this.#units.clock(map);
  }

  /** What is complete by now, on the wire's clock. */
  poll(nowMicros: number): AccessUnit[] {
    return this.#units.poll(nowMicros);
  }
}
