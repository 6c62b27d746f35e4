import type { Clock, Log, Random, Timers } from "@sameroom/base";
import type { AudioFormat } from "@sameroom/protocol";
import { ChildPool } from "./child-pool.ts";
import { Transcode } from "./transcode.ts";
import { transcoderProgram } from "./transcoder-program.ts";

export interface TranscodersOptions {
  clock: Clock;
  timers: Timers;
  random: Pick<Random, "next">;
  log: Log;
  /** File that children run; default: the compiled `child/main.js`. */
  program?: string;
}

export interface AudioTranscodeOptions {
  codec: "aac" | "mp3";
  /** Bit/s. */
  bitrate: number;
  /** Opus. */
  input: AudioFormat;
}

/** Sound takes 2 to 3 % of a core: so many rooms share a process. */
const audioJobsPerChild = 8;
const audioRssBytes = 512 * 1024 * 1024;

/** Makes other codecs and sizes of what hosts send, in child processes. Nothing here waits for them. */
export class Transcoders {
  readonly #options: TranscodersOptions;
  readonly #audio: ChildPool;
  readonly #open = new Set<Transcode>();

  constructor(options: TranscodersOptions) {
    this.#options = options;
    const { clock, timers, random, log, program = transcoderProgram } = options;
    const shared = { clock, timers, random, log, program };
    this.#audio = new ChildPool({
      ...shared,
      name: "audio",
      jobsPerChild: audioJobsPerChild,
      niceness: 0,
      maxRssBytes: audioRssBytes,
    });
  }

  /** Jobs and the processes they run in. */
  get counts(): { audio: number; processes: number } {
    return { audio: this.#audio.jobs, processes: this.pids.length };
  }

  /** Ids of the child processes that run now. */
  get pids(): number[] {
    return this.#audio.pids;
  }

  /** Opus to AAC-LC (`unit` events) or MP3 (`frame` events). */
  openAudio(options: AudioTranscodeOptions): Transcode {
    return this.#own(
      (onClose) =>
        new Transcode({
          work: { kind: "audio", ...options },
          outputs: [options.codec],
          takeSeat: this.#audio.takeSeat,
          clock: this.#options.clock,
          onClose,
        }),
    );
  }

  /** Ends every job and process. Resolves when they are gone. */
  async close(): Promise<void> {
    for (const transcode of [...this.#open]) transcode.close();
    await this.#audio.close();
  }

  #own(open: (onClose: () => void) => Transcode): Transcode {
    const transcode: Transcode = open(() => this.#open.delete(transcode));
    this.#open.add(transcode);
    return transcode;
  }
}
