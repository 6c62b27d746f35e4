import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What an encoder sends, and where to. */
export interface PublishedStream {
  /** `rtmp://…`, `srt://…`, or a WHIP address. */
  url: string;
  muxer: "flv" | "mpegts" | "whip";
  /** Options of the muxer. */
  options?: Record<string, string>;
  video?: {
    codec: "h264" | "hevc" | "vp8" | "vp9" | "av1";
    width: number;
    height: number;
    /** 23.976 and the like are sent as n·1000/1001. */
    framesPerSecond: number;
    bFrames: number;
    keyframeSeconds: number;
    bitrate: number;
    preset: string;
    /** One colour, by FFmpeg's name of it, under the clock; default: a test picture. */
    color?: string;
    /** H.264 only: another size from then on, as when a canvas is changed. */
    becomes?: { afterSeconds: number; width: number; height: number };
    /** A second picture beside it, half as wide and high: multitrack, where the muxer has it. */
    second?: boolean;
  };
  audio?: {
    codec: "aac" | "opus";
    sampleRate: number;
    channels: 1 | 2;
    bitrate: number;
    /** No packet of it is sent for a while, as when a source is taken away. */
    rests?: { afterSeconds: number; forSeconds: number };
  };
  /** Ends by itself after so long; default: never. */
  seconds?: number;
}

/** As OBS comes: 720p30, x264 with two B-frames, a keyframe every two seconds, AAC at 48 kHz. */
export const OBS_VIDEO: NonNullable<PublishedStream["video"]> = {
  codec: "h264",
  width: 1280,
  height: 720,
  framesPerSecond: 30,
  bFrames: 2,
  keyframeSeconds: 2,
  bitrate: 2_500_000,
  preset: "veryfast",
};
export const OBS_AUDIO: NonNullable<PublishedStream["audio"]> = {
  codec: "aac",
  sampleRate: 48_000,
  channels: 2,
  bitrate: 160_000,
};

const PROGRAM = fileURLToPath(new URL("publish-program.ts", import.meta.url));

/** Starts a program, perhaps somewhere else than here. */
export type Start = (command: string, words: readonly string[], options: SpawnOptions) => ChildProcess;

/** FFmpeg as an encoder, in a process of its own. */
export class FfmpegEncoder {
  readonly #process: ChildProcess;
  #said = "";

  /** Resolves when the server has taken it; rejects with what FFmpeg said. `start`: in another network, say. */
  static async publish(stream: PublishedStream, start: Start = spawn): Promise<FfmpegEncoder> {
    const encoder = new FfmpegEncoder(
      start(process.execPath, ["--import", "tsx", PROGRAM, JSON.stringify(stream)], {
        stdio: ["pipe", "pipe", "pipe"],
      }),
    );
    await encoder.#published();
    return encoder;
  }

  private constructor(child: ChildProcess) {
    this.#process = child;
    child.stderr!.on("data", (bytes) => {
      this.#said += bytes;
    });
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** What it complained of so far. */
  get said(): string {
    return this.#said;
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Ends the stream as an encoder does. Idempotent. */
  async stop(): Promise<void> {
    if (!this.isRunning) return;
    const gone = once(this.#process, "exit");
    this.#process.stdin!.end("stop\n");
    await gone;
  }

  /** Stands still: its connection stays, and nothing comes any more. Only {@link kill} ends it then. */
  pause(): void {
    this.#process.kill("SIGSTOP");
  }

  /** Gone without a word. Idempotent. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    const gone = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await gone;
  }

  /** Resolves when it has ended, by itself or because the server closed the connection. */
  async ended(): Promise<void> {
    if (this.isRunning) await once(this.#process, "exit");
  }

  #published(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#process.stdout!.on("data", (bytes: Buffer) => {
        if (bytes.includes("publishing")) resolve();
      });
      this.#process.once("exit", (code) => reject(new Error(`FFmpeg ended (${code}):\n${this.#said}`)));
    });
  }
}
