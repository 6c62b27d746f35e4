import type { Clock, Log, Random, Timers } from "@sameroom/base";
import type { AudioFormat, VideoFormat } from "@sameroom/protocol";
import { ChildPool } from "./child-pool.ts";
import { Composition } from "./composition.ts";
import type { AacWork, ComposeWork, H264Encoder, Pictures, PicturesWork, Rung, Work } from "./messages.ts";
import { Transcode, type TranscodeOptions } from "./transcode.ts";
import { transcoderProgram } from "./transcoder-program.ts";

export interface TranscodersOptions {
  clock: Clock;
  timers: Timers;
  random: Pick<Random, "next">;
  log: Log;
  /** Video transcodes at a time, of one or several rungs each. */
  limit: number;
  /** Compositions at a time. */
  compositions: number;
  /** `auto`: one in hardware where the machine has it. */
  encoder: "auto" | "cpu";
  /** Of the machine. */
  cores: number;
  /** File that children run; default: the compiled `child/main.js`. */
  program?: string;
}

export interface AudioTranscodeOptions {
  codec: "aac" | "mp3";
  /** Bit/s. */
  bitrate: number;
  /** Opus or AAC. */
  input: AudioFormat;
}

export interface OpusTranscodeOptions {
  /** AAC or Opus, of any rate and number of channels. */
  input: AudioFormat;
  /** Bit/s. */
  bitrate: number;
}

export interface VideoTranscodeOptions {
  input: VideoFormat;
  /** What to make of it, see `planRungs`; at least one. */
  rungs: readonly Rung[];
}

export interface RealtimeTranscodeOptions {
  input: VideoFormat;
  /** Bit/s, at most. */
  bitrate: number;
  /** Longest shorter side, pixels; default: the source's. */
  maxHeight?: number;
}

export interface JobOptions {
  /** Told how much is done, 0 to 1. */
  onProgress?: (done: number) => void;
  /** Calls it off: it rejects once its process has let go of the files. */
  signal?: AbortSignal;
}

/** Decoded 4K pictures and an encoder for each rung fit in; a leak does not for long. */
const videoRssBytes = 1024 * 1024 * 1024;
/** What is not live leaves the machine to what is, and what has a second of time to what has none. */
const realtimeNiceness = 1;
const liveNiceness = 2;
const jobNiceness = 10;

/** Realtime transcodes at a time: more would leave none of them a picture. */
const realtimePerCore = 4;
/** Of one encoder; pictures are cut into as many slices. */
const mostThreads = 4;

/** Sound takes 2 to 3 % of a core: so many rooms share a process. */
const audioJobsPerChild = 8;
const audioRssBytes = 512 * 1024 * 1024;

/** A keyframe of each room every ten seconds: so many share a process. */
const thumbnailJobsPerChild = 32;

/** Makes other codecs and sizes of what hosts send, in child processes. Nothing here waits for them. */
export class Transcoders {
  readonly #options: TranscodersOptions;
  readonly #audio: ChildPool;
  readonly #video: ChildPool;
  readonly #realtime: ChildPool;
  readonly #jobs: ChildPool;
  readonly #thumbnails: ChildPool;
  readonly #compositions: ChildPool;
  readonly #transcodes = new Set<Transcode | Composition>();
  readonly #abandon = new Set<() => void>();
  #encoder: H264Encoder = "libx264";
  #closed = false;
  /** The last of the jobs that wait for each other. */
  #lastJob: Promise<unknown> = Promise.resolve();

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
    const single = { ...shared, jobsPerChild: 1, maxRssBytes: videoRssBytes };
    this.#video = new ChildPool({ ...single, name: "video", niceness: liveNiceness });
    this.#realtime = new ChildPool({ ...single, name: "realtime", niceness: realtimeNiceness });
    this.#jobs = new ChildPool({ ...single, name: "jobs", niceness: jobNiceness });
    const many = { ...single, jobsPerChild: thumbnailJobsPerChild };
    this.#compositions = new ChildPool({ ...single, name: "compose", niceness: realtimeNiceness });
    this.#thumbnails = new ChildPool({ ...many, name: "thumbnails", niceness: jobNiceness });
  }

  /** What encodes video from now on, see {@link probe}. */
  get encoder(): H264Encoder {
    return this.#encoder;
  }

  /** Jobs of each kind and the processes they run in. */
  get counts(): Record<"audio" | "video" | "realtime" | "compositions" | "jobs" | "processes", number> {
    return {
      audio: this.#audio.jobs,
      video: this.#video.jobs,
      realtime: this.#realtime.jobs,
      compositions: this.#compositions.jobs,
      jobs: this.#jobs.jobs,
      processes: this.pids.length,
    };
  }

  /** Ids of the child processes that run now. */
  get pids(): number[] {
    return this.#pools.flatMap(({ pids }) => pids);
  }

  /**
   * Something of this kind may have to be made at once: a process is ready for it until the returned function is called, so that
   * the first viewer does not wait for its start.
   */
  expect(kind: "opus" | "realtime"): () => void {
    return (kind === "opus" ? this.#audio : this.#realtime).expect();
  }

  /** Sound to AAC-LC (`unit` events) or MP3 (`frame` events), at 48 kHz. */
  openAudio(options: AudioTranscodeOptions): Transcode {
    return this.#openSound({ kind: "audio", ...options }, options.codec);
  }

  /**
   * Sound to Opus for WebRTC viewers: `unit` events of output `opus`, 20 ms each, one behind the other for as long as the
   * source brings sound. Capture times are those of what a decoder puts out for a packet. A sound card that runs fast or slow is
   * followed by a small change of speed; up to a second that is missing becomes silence, and past that capture times jump.
   */
  openOpus(options: OpusTranscodeOptions): Transcode {
    return this.#openSound({ kind: "opus", ...options }, "opus");
  }

  /** How loud sound is: a `level` event for each second of it. */
  openLevels({ input }: { input: AudioFormat }): Transcode {
    return this.#openSound({ kind: "levels", input }, "levels");
  }

  /** Small JPEGs, one of each keyframe that is pushed: `thumbnail` events. */
  openThumbnails({ input }: { input: VideoFormat }): Transcode {
    const { clock } = this.#options;
    const { takeSeat } = this.#thumbnails;
    const work = { kind: "thumbnails", input } as const;
    return this.#own((onClose) => new Transcode({ work, outputs: ["thumbnail"], takeSeat, clock, onClose }));
  }

  /**
   * Video to rungs of H.264 (`unit` events by rung); without any it is decoded, and who comes need not wait for the source's next keyframe.
   * Undefined when as many transcodes run as may.
   */
  openVideo({ input, rungs }: VideoTranscodeOptions): Transcode | undefined {
    const { limit, cores, clock } = this.#options;
    if (this.#video.jobs >= limit) return undefined;
    const byHeight = [...rungs].sort((one, other) => other.height - one.height);
    const threads = Math.min(mostThreads, Math.max(1, Math.floor(cores / limit)));
    return this.#own(
      (onClose) =>
        new Transcode({
          work: { kind: "video", input, rungs: byHeight, encoder: this.#encoder, threads },
          outputs: byHeight.map(({ id }) => id),
          takeSeat: this.#video.takeSeat,
          clock,
          onClose,
        }),
    );
  }

  /**
   * Video to H.264 for WebRTC viewers (`unit` events of output `h264`): constrained baseline, no B-frames, in the source's size
   * or smaller, each picture as soon as it came. Keyframes come with {@link Transcode.askForKeyframe} and where the size changes,
   * at no other time. A machine that is too slow gets smaller pictures, then fewer; too slow even for those, it fails with
   * `overload`. Undefined when as many run as may.
   */
  openRealtime({ input, bitrate, maxHeight }: RealtimeTranscodeOptions): Transcode | undefined {
    const { cores, clock } = this.#options;
    if (this.#realtime.jobs >= cores * realtimePerCore) return undefined;
    const threads = Math.min(mostThreads, Math.max(1, Math.floor(cores / 2)));
    const work = {
      ...({ kind: "realtime", input, bitrate, maxHeight, threads, effort: 0 } as const),
      encoder: this.#encoder,
    };
    const { takeSeat } = this.#realtime;
    return this.#own((onClose) => new Transcode({ work, outputs: ["h264"], takeSeat, clock, onClose }));
  }

  /** Several people's units as one picture and one sound. Undefined when as many run as may. */
  openComposition(wanted: Omit<ComposeWork, "encoder" | "threads">): Composition | undefined {
    const { compositions, cores, clock } = this.#options;
    if (this.#compositions.jobs >= compositions) return undefined;
    const threads = Math.min(mostThreads, Math.max(1, Math.floor(cores / 2)));
    const work = { ...wanted, encoder: this.#encoder, threads };
    const { takeSeat } = this.#compositions;
    return this.#own((onClose) => new Composition({ work, takeSeat, clock, onClose }));
  }

  /**
   * Looks once whether an encoder in hardware works, by encoding with it; a driver that takes its process down counts as
   * none. Until this resolves, and without one, x264 encodes.
   */
  async probe(): Promise<H264Encoder> {
    if (this.#options.encoder === "auto") {
      const found = await this.#run({ kind: "probe" }).catch(() => undefined);
      if (typeof found === "string") this.#encoder = found as H264Encoder;
    }
    return this.#encoder;
  }

  /**
   * Poster and sprite sheets of a recording, or its sound as AAC. Jobs wait for each other. Rejects when the files hold no
   * picture, or the process dies twice; then some files may be there.
   */
  runJob(kind: "pictures", work: PicturesWork, options?: JobOptions): Promise<Pictures>;
  runJob(kind: "aac", work: AacWork, options?: JobOptions): Promise<undefined>;
  runJob(
    kind: "pictures" | "aac",
    work: PicturesWork | AacWork,
    options: JobOptions = {},
  ): Promise<Pictures | undefined> {
    const whole = { kind, ...work } as Work;
    const run = () => this.#run(whole, options) as Promise<Pictures | undefined>;
    const job = this.#lastJob.then(() =>
      run().catch((error: Error) => (isDeath(error) ? run() : Promise.reject(error))),
    );
    this.#lastJob = job.catch(() => {});
    return job;
  }

  /** Ends every job and process; what {@link runJob} promised is rejected. Resolves when they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const transcode of [...this.#transcodes]) transcode.close();
    for (const abandon of [...this.#abandon]) abandon();
    await Promise.all(this.#pools.map((pool) => pool.close()));
  }

  get #pools(): ChildPool[] {
    return [this.#audio, this.#video, this.#realtime, this.#compositions, this.#jobs, this.#thumbnails];
  }

  #run(work: Work, { onProgress, signal }: JobOptions = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed || signal?.aborted) {
        reject(new Error("transcoding has ended"));
        return;
      }
      const settle = (act: () => void) => {
        this.#abandon.delete(abandon);
        signal?.removeEventListener("abort", callOff);
        seat.leave();
        act();
      };
      const abandon = () => settle(() => reject(new Error("transcoding has ended")));
      // It answers that it has failed, and touches no file after that.
      const callOff = () => seat.send({ type: "close" });
      signal?.addEventListener("abort", callOff, { once: true });
      this.#abandon.add(abandon);
      const seat = this.#jobs.takeSeat({
        alone: false,
        onMessage: (message) => {
          if (message.type === "progress") onProgress?.(message.done);
          else if (message.type === "result") settle(() => resolve(message.result));
          else if (message.type === "failed") settle(() => reject(new Error(message.message)));
        },
        onGone: (why) => settle(() => reject(new ProcessDied(why))),
      });
      seat.send({ type: "open", work });
    });
  }

  #openSound(work: Extract<TranscodeOptions["work"], { input: AudioFormat }>, output: string): Transcode {
    const { clock } = this.#options;
    const { takeSeat } = this.#audio;
    return this.#own((onClose) => new Transcode({ work, outputs: [output], takeSeat, clock, onClose }));
  }

  #own<Work extends Transcode | Composition>(open: (onClose: () => void) => Work): Work {
    const transcode: Work = open(() => this.#transcodes.delete(transcode));
    this.#transcodes.add(transcode);
    return transcode;
  }
}

class ProcessDied extends Error {
  override readonly name = "ProcessDied";
}

function isDeath(error: Error): boolean {
  return error instanceof ProcessDied;
}
