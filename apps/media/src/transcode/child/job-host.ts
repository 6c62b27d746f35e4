import { toError } from "@sameroom/base";
import type { FromChild, PicturesWork, ToChild, Work } from "../messages.ts";
import { AudioJob } from "./audio-job.ts";
import type { JobOutput, StreamJob } from "./job.ts";
import { makePictures } from "./make-pictures.ts";
import { probeEncoder } from "./probe-encoder.ts";
import { VideoJob } from "./video-job.ts";

/** The jobs of one process. A job that throws is closed and told of; the others go on. */
export class JobHost {
  readonly #send: (message: FromChild) => void;
  readonly #jobs = new Map<number, StreamJob>();

  constructor(send: (message: FromChild) => void) {
    this.#send = send;
  }

  /** How many jobs are open. */
  get size(): number {
    return this.#jobs.size;
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
        this.#jobs.get(job)?.take(message.unit);
        this.#send({ type: "done", job, sequence: message.sequence });
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
    if (work.kind === "audio") this.#jobs.set(job, new AudioJob(work, output));
    else if (work.kind === "video") this.#jobs.set(job, new VideoJob(work, output));
    else if (work.kind === "probe") this.#send({ type: "result", job, result: probeEncoder() });
    else this.#makePictures(job, work);
    this.#send({ type: "opened", job });
  }

  #makePictures(job: number, work: PicturesWork): void {
    const progress = (done: number) => this.#send({ type: "progress", job, done });
    makePictures(work, progress).then(
      (result) => this.#send({ type: "result", job, result }),
      (thrown: unknown) => this.#send({ type: "failed", job, message: toError(thrown).message }),
    );
  }

  #close(job: number): void {
    const open = this.#jobs.get(job);
    this.#jobs.delete(job);
    open?.close();
  }
}
