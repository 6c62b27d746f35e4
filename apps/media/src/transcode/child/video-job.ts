import type { UnitFormat, VideoFormat } from "@sameroom/protocol";
import type { Frame } from "node-av/lib";
import { thinnerSteps } from "../effort.ts";
import type { Rung, WireUnit, Work } from "../messages.ts";
import type { H264Picture } from "./h264-encoder.ts";
import type { JobOutput, StreamJob } from "./job.ts";
import { RungMaker, type RungMakerOptions } from "./rung-maker.ts";
import { VideoDecoder } from "./video-decoder.ts";

/** Pictures whose decoder gave nothing back are forgotten when so many wait. */
const mostUnderWay = 64;

/**
 * One video stream to several sizes of H.264; keyframes are where the source has them and where they are asked for, and 30 pictures
 * a second are made at most, which the encoders' rates count on. Decoded once.
 */
export class VideoJob implements StreamJob {
  readonly #output: JobOutput;
  /** The largest first: each is scaled down from the one before. */
  #makers: RungMaker[] = [];
  /** Of these, those that begin with the next keyframe. */
  readonly #toBegin = new Set<RungMaker>();
  readonly #options: RungMakerOptions;
  #decoder: VideoDecoder;
  readonly #formats = new Map<string, VideoFormat>();
  /** Closer to the one before than this, a picture is left out, µs. */
  #leastMicros = thinnerSteps[0]!;
  #lastMicros = Number.NEGATIVE_INFINITY;
  /** Of units by the time they are presented. */
  readonly #underWay = new Map<number, { keyframe: boolean; skipped: boolean }>();
  #wantsKeyframe = false;

  constructor(work: Extract<Work, { kind: "video" }>, output: JobOutput) {
    const { rungs, encoder, threads } = work;
    this.#output = output;
    this.#decoder = new VideoDecoder(work.input);
    this.#options = { encoder, threads };
    for (const rung of rungs) this.addRung(rung);
  }

  setFormat(format: UnitFormat): void {
    if (format.kind !== "video") throw new Error(`no pictures in ${format.codecs}`);
    const decoder = new VideoDecoder(format);
    this.#decoder.close();
    this.#decoder = decoder;
    this.#underWay.clear();
  }

  take({ captureMicros, keyframe, data }: WireUnit, skipped: boolean): void {
    this.#underWay.set(captureMicros, { keyframe, skipped });
    this.#decoder.decode(data, captureMicros, (frame, micros) => this.#make(frame, micros));
    for (const micros of this.#underWay.keys()) {
      if (this.#underWay.size <= mostUnderWay) break;
      this.#underWay.delete(micros);
    }
  }

  askForKeyframe(): void {
    this.#wantsKeyframe = true;
  }

  setEffort(effort: number): void {
    this.#leastMicros = thinnerSteps[effort] ?? thinnerSteps[0]!;
  }

  addRung(rung: Rung): void {
    const maker = new RungMaker(rung, this.#options);
    this.#toBegin.add(maker);
    this.#makers = [...this.#makers, maker].sort((one, other) => other.rung.height - one.rung.height);
  }

  drop(output: string): void {
    for (const maker of this.#makers) {
      if (maker.rung.id !== output) continue;
      maker.close();
      this.#toBegin.delete(maker);
    }
    this.#makers = this.#makers.filter(({ rung }) => rung.id !== output);
  }

  close(): void {
    this.#decoder.close();
    for (const maker of this.#makers) maker.close();
    this.#makers = [];
    this.#toBegin.clear();
  }

  #make(frame: Frame, micros: number): void {
    const unit = this.#underWay.get(micros);
    // Not one of ours: a decoder that makes pictures up has no time for them.
    if (unit === undefined) return;
    this.#underWay.delete(micros);
    if (unit.skipped) return;
    const keyframe = unit.keyframe || this.#wantsKeyframe;
    this.#wantsKeyframe = false;
    const sinceMicros = micros - this.#lastMicros;
    if (!keyframe && sinceMicros >= 0 && sinceMicros < this.#leastMicros) return;
    this.#lastMicros = micros;
    let picture = frame;
    for (const maker of this.#makers) {
      // Players change from size to size where all of them have a keyframe.
      if (this.#toBegin.has(maker) && !keyframe) continue;
      this.#toBegin.delete(maker);
      picture = maker.make(picture, keyframe, micros, (made) => this.#put(maker.rung.id, made));
    }
  }

  #put(id: string, { format, captureMicros, keyframe, data }: H264Picture): void {
    if (this.#formats.get(id) !== format) {
      this.#formats.set(id, format);
      this.#output.format(id, format);
    }
    this.#output.unit(id, { captureMicros, compositionMicros: 0, keyframe, samples: 0, data });
  }
}
