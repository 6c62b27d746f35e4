import { toError } from "@sameroom/base";
import type { FromChild, SoundLevel, ToChild, Work } from "../messages.ts";
import { AudioJob } from "./audio-job.ts";
import { ComposeJob } from "./compose/compose-job.ts";
import { CostMeter, type CostSource } from "./cost-meter.ts";
import type { JobOutput, StreamJob } from "./job.ts";
import { LevelsJob } from "./levels-job.ts";
import { makeAac } from "./make-aac.ts";
import { makePictures } from "./make-pictures.ts";
import { OpusJob } from "./opus-job.ts";
import { probeEncoder } from "./probe-encoder.ts";
import { RealtimeJob } from "./realtime-job.ts";
import { ThumbnailJob } from "./thumbnail-job.ts";
import { VideoJob } from "./video-job.ts";

/** The jobs of one process. A job that throws is closed and told of; the others go on. */
export class JobHost {
  readonly #send: (message: FromChild) => void;
  readonly #jobs = new Map<number, StreamJob>();

  readonly #fileWork = new Map<number, AbortController>();
  readonly #meter: CostMeter;

  constructor(send: (message: FromChild) => void, cost: CostSource) {
    this.#send = send;
    this.#meter = new CostMeter(cost);
  }

  /** How many jobs are open. */
  get size(): number {
    return this.#jobs.size;
  }

  /** Tells of each job what it took since the last time. Once a second. */
  reportCosts(): void {
    for (const [job, cpuMsPerSecond] of this.#meter.report(this.#jobs.keys())) {
      this.#send({ type: "cost", job, cpuMsPerSecond });
    }
  }

  handle(message: ToChild): void {
    try {
      this.#handle(message);
    } catch (thrown) {
      this.#close(message.job);
      this.#send({ type: "failed", job: message.job, message: toError(thrown).message });
    }
  }

  #handle(message: ToChild): void {
    const { type, job } = message;
    switch (type) {
      case "open":
        this.#open(job, message.work);
        return;
      case "format":
        this.#jobs.get(job)?.setFormat(message.format);
        return;
      case "unit":
        this.#meter.measure(job, () => this.#jobs.get(job)?.take(message.unit, message.skipped));
        this.#send({ type: "done", job, sequence: message.sequence });
        return;
      case "compose":
        this.#meter.measure(job, () => this.#jobs.get(job)?.compose?.(message.step));
        this.#send({ type: "done", job, sequence: message.sequence });
        return;
      case "keyframe":
        this.#jobs.get(job)?.askForKeyframe?.();
        return;
      case "effort":
        this.#jobs.get(job)?.setEffort?.(message.effort);
        return;
      case "rung":
        this.#jobs.get(job)?.addRung?.(message.rung);
        return;
      case "drop":
        this.#jobs.get(job)?.drop(message.output);
        return;
      case "close":
        this.#close(job);
    }
  }

  #open(job: number, work: Work): void {
    const output: JobOutput = {
      format: (name, format) => this.#send({ type: "format", job, output: name, format }),
      unit: (name, unit) => this.#send({ type: "unit", job, output: name, unit }),
    };
    const tellLevel = (level: SoundLevel) => this.#send({ type: "level", job, level });
    if (work.kind === "audio") this.#jobs.set(job, new AudioJob(work, output));
    else if (work.kind === "opus") this.#jobs.set(job, new OpusJob(work, output));
    else if (work.kind === "levels") this.#jobs.set(job, new LevelsJob(work, tellLevel));
    else if (work.kind === "realtime") this.#jobs.set(job, new RealtimeJob(work, output));
    else if (work.kind === "video") this.#jobs.set(job, new VideoJob(work, output));
    else if (work.kind === "compose") this.#jobs.set(job, new ComposeJob(work, output));
    else if (work.kind === "thumbnails")
      this.#jobs.set(job, new ThumbnailJob(work, (jpeg) => this.#send({ type: "thumbnail", job, jpeg })));
    else if (work.kind === "probe") this.#send({ type: "result", job, result: probeEncoder() });
    else this.#runFileWork(job, work);
    this.#send({ type: "opened", job });
  }

  /** Work on files: it ends by itself, or when it is closed. */
  #runFileWork(job: number, work: Extract<Work, { kind: "pictures" | "aac" }>): void {
    const abort = new AbortController();
    this.#fileWork.set(job, abort);
    const progress = (done: number) => this.#send({ type: "progress", job, done });
    const { signal } = abort;
    const running: Promise<unknown> =
      work.kind === "aac" ? makeAac(work, { progress, signal }) : makePictures(work, progress);
    running
      .then(
        (result) => this.#send({ type: "result", job, result }),
        (thrown: unknown) => this.#send({ type: "failed", job, message: toError(thrown).message }),
      )
      .finally(() => this.#fileWork.delete(job));
  }

  #close(job: number): void {
    this.#fileWork.get(job)?.abort();
    const open = this.#jobs.get(job);
    this.#jobs.delete(job);
    this.#meter.forget(job);
    open?.close();
  }
}
