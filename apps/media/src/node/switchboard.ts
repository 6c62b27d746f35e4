import type { HubPort } from "@sameroom/engine";
import type { OutputId, SourceId, Wire } from "@sameroom/native";
import type { IncomingStream } from "../ingest/incoming-stream.ts";

/** Carries out on the wire what the hub decides, and knows which output waits for a keyframe of which stream. */
export class Switchboard implements HubPort {
  readonly #wire: Pick<Wire, "attach" | "detach">;
  readonly #streams = new Map<SourceId, IncomingStream>();
  readonly #shown = new Map<OutputId, SourceId>();

  constructor(wire: Pick<Wire, "attach" | "detach">) {
    this.#wire = wire;
  }

  addStream(stream: IncomingStream): void {
    this.#streams.set(stream.source, stream);
  }

  removeStream(source: SourceId): void {
    this.#streams.delete(source);
  }

  attach(
    output: OutputId,
    source: SourceId,
    format: { payloadType: number; rtxPayloadType: number | undefined },
  ): void {
    this.forget(output);
    this.#shown.set(output, source);
    const { payloadType, rtxPayloadType } = format;
    this.#wire.attach(output, source, {
      payloadType,
      ...(rtxPayloadType === undefined ? {} : { rtxPayloadType }),
    });
    const stream = this.#streams.get(source);
    if (stream?.section.kind === "video") stream.keyframes.wait(output);
  }

  detach(output: OutputId): void {
    this.forget(output);
    this.#wire.detach(output);
  }

  wantKeyframe(source: SourceId): void {
    this.#streams.get(source)?.keyframes.want();
  }

  /** The wire says that `output` has begun to show `source`. */
  switched(output: OutputId, source: SourceId): void {
    this.#streams.get(source)?.keyframes.served(output);
  }

  /** The decoder behind `output` has lost its way. */
  decoderLost(output: OutputId): void {
    const source = this.#shown.get(output);
    if (source !== undefined) this.wantKeyframe(source);
  }

  /** The output is gone, or shows something else from now on. */
  forget(output: OutputId): void {
    const source = this.#shown.get(output);
    if (source === undefined) return;
    this.#shown.delete(output);
    this.#streams.get(source)?.keyframes.served(output);
  }
}
