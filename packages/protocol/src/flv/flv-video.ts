import { CurrentFormat } from "../units/video-frame.ts";
import { createPictureReader, type PictureReader } from "./picture-reader.ts";
import type { FlvPacket, FlvUnit } from "./types.ts";

/** The pictures of one track. */
export class FlvVideo {
  #codec: string | undefined;
  #reader: PictureReader | undefined;
  #format = new CurrentFormat();

  /** The picture in a packet that was decoded at `dtsMicros`; undefined until a keyframe that says how. Never throws. */
  take(packet: FlvPacket, dtsMicros: number): FlvUnit | undefined {
    const { codec, kind, data } = packet;
    if (codec !== this.#codec) {
      this.#codec = codec;
      this.#reader = createPictureReader(codec);
      this.#format = new CurrentFormat();
    }
    if (kind === "start") this.#reader?.start(data);
    if (kind !== "frame" || data.length === 0) return undefined;
    const frame = this.#reader?.take(data, packet.keyframe);
    if (frame === undefined) return undefined;
    this.#format.change(frame);
    const { format } = this.#format;
    if (format === undefined) return undefined;
    const compositionMicros = packet.compositionMs * 1000;
    const ptsMicros = Math.round(dtsMicros + compositionMicros + packet.offsetNanos / 1000);
    return { format, ptsMicros, compositionMicros, keyframe: frame.keyframe, samples: 0, data: frame.data };
  }
}
