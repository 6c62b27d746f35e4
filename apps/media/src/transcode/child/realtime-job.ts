import type { UnitFormat, VideoFormat } from "@sameroom/protocol";
import type { Frame } from "node-av/lib";
import { type EffortStep, effortSteps } from "../effort.ts";
import type { WireUnit, Work } from "../messages.ts";
import type { H264Picture } from "./h264-encoder.ts";
import type { JobOutput, StreamJob } from "./job.ts";
import { PictureRate } from "./picture-rate.ts";
import { RealtimeEncoder } from "./realtime-encoder.ts";
import { VideoDecoder } from "./video-decoder.ts";

/** Name of the output. */
const name = "h264";
/** Pictures whose decoder gave nothing back are forgotten when so many wait. */
const mostUnderWay = 64;
/** Capture times that go back by more than this begin anew; by less, a decoder has mixed up its pictures, µs. */
const restartMicros = 1_000_000;

/** Video of any codec to H.264 that browsers play at once: pictures in order, keyframes when they are asked for. */
export class RealtimeJob implements StreamJob {
  readonly #output: JobOutput;
  readonly #encoder: RealtimeEncoder;
  readonly #rate = new PictureRate();
  /** Whether the unit presented at that time is skipped. */
  readonly #skipped = new Map<number, boolean>();
  #decoder: VideoDecoder;
  #step: EffortStep;
  #keyframe = true;
  #format: VideoFormat | undefined;
  #lastMicros = Number.NEGATIVE_INFINITY;

  constructor(work: Extract<Work, { kind: "realtime" }>, output: JobOutput) {
    this.#output = output;
    this.#decoder = new VideoDecoder(work.input);
    this.#encoder = new RealtimeEncoder(work);
    this.#step = stepOf(work.effort);
  }

  setFormat(format: UnitFormat): void {
    if (format.kind !== "video") throw new Error(`no pictures in ${format.codecs}`);
    const decoder = new VideoDecoder(format);
    this.#decoder.flush((frame, micros) => this.#make(frame, micros));
    this.#decoder.close();
    this.#decoder = decoder;
    this.#skipped.clear();
  }

  take(unit: WireUnit, skipped: boolean): void {
    this.#skipped.set(unit.captureMicros, skipped);
    this.#decoder.decode(unit.data, unit.captureMicros, (frame, micros) => this.#make(frame, micros));
    for (const micros of this.#skipped.keys()) {
      if (this.#skipped.size <= mostUnderWay) break;
      this.#skipped.delete(micros);
    }
  }

  askForKeyframe(): void {
    this.#keyframe = true;
  }

  setEffort(effort: number): void {
    this.#step = stepOf(effort);
  }

  /** There is one output only: dropping it is closing the job. */
  drop(): void {}

  close(): void {
    this.#decoder.close();
    this.#encoder.close();
  }

  #make(frame: Frame, micros: number): void {
    const skipped = this.#skipped.get(micros);
    this.#skipped.delete(micros);
    // Made up by a decoder, or one that comes too late for its place.
    if (skipped === undefined) return;
    const sinceMicros = micros - this.#lastMicros;
    if (sinceMicros <= 0 && sinceMicros > -restartMicros) return;
    this.#rate.note(micros);
    if (skipped) return;
    const isDue = sinceMicros < 0 || sinceMicros >= this.#step.leastMicros;
    if (!isDue && !this.#keyframe) return;
    this.#lastMicros = micros;
    const { scale, leastMicros } = this.#step;
    const picturesPerSecond = Math.min(this.#rate.picturesPerSecond, 1_000_000 / leastMicros);
    this.#encoder.encode(frame, { keyframe: this.#keyframe, micros, scale, picturesPerSecond }, (picture) =>
      this.#put(picture),
    );
    this.#keyframe = false;
  }

  #put({ format, captureMicros, keyframe, data }: H264Picture): void {
    if (this.#format !== format) {
      this.#format = format;
      this.#output.format(name, format);
    }
    this.#output.unit(name, { captureMicros, compositionMicros: 0, keyframe, samples: 0, data });
  }
}

function stepOf(effort: number): EffortStep {
  return effortSteps[effort] ?? effortSteps[0]!;
}
