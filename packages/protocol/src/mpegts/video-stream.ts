import { FrameBuffer } from "../units/frame-buffer.ts";
import { H264Frames } from "../units/h264-frames.ts";
import { HevcFrames } from "../units/hevc-frames.ts";
import { splitAnnexB } from "../units/nal-units.ts";
import type { TimedUnit } from "../units/types.ts";
import { CurrentFormat, MOST_FRAME_BYTES } from "../units/video-frame.ts";
import type { PesPacket } from "./parse-pes.ts";
import { compositionMicros, type TsTimeline } from "./ts-timeline.ts";

/** Pictures: one to a PES packet; PES packets without time carry on the picture before. Nothing before the first keyframe. */
export class VideoStream {
  readonly #frames: H264Frames | HevcFrames;
  readonly #timeline: TsTimeline;
  readonly #current = new CurrentFormat();
  /** A picture that may go on, and the PES packet it began with. */
  readonly #held = new FrameBuffer(MOST_FRAME_BYTES);
  #begun: PesPacket | undefined;

  constructor(kind: "h264" | "hevc", timeline: TsTimeline) {
    this.#frames = kind === "h264" ? new H264Frames() : new HevcFrames();
    this.#timeline = timeline;
  }

  take(pes: PesPacket): TimedUnit[] {
    if (pes.pts === undefined) {
      if (this.#begun !== undefined && !this.#held.append(pes.payload)) this.lost();
      return [];
    }
    const units = this.end();
    if (!pes.mayContinue) return units.concat(this.#unit(pes, pes.payload));
    if (this.#held.append(pes.payload)) this.#begun = pes;
    return units;
  }

  end(): TimedUnit[] {
    const begun = this.#begun;
    const units = begun === undefined ? [] : this.#unit(begun, this.#held.view(0));
    this.lost();
    return units;
  }

  lost(): void {
    this.#begun = undefined;
    this.#held.clear();
  }

  #unit({ pts = 0, dts = pts }: PesPacket, bytes: Uint8Array): TimedUnit[] {
    const frame = this.#frames.take(splitAnnexB(bytes));
    if (frame === undefined) return [];
    this.#current.change(frame);
    const { format } = this.#current;
    if (format === undefined) return [];
    const { keyframe, data } = frame;
    const composition = compositionMicros(pts, dts);
    const ptsMicros = this.#timeline.at(dts) + composition;
    return [{ format, ptsMicros, compositionMicros: composition, keyframe, samples: 0, data }];
  }
}
