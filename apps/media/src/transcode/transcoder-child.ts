import { type ChildProcess, fork } from "node:child_process";
import { setPriority } from "node:os";
import type { Timers } from "@sameroom/base";
import type { FromChild, ToChild } from "./messages.ts";

/** What one child does for one job, as told to who opened it. */
export type JobMessage = Exclude<FromChild, { type: "ready" | "memory" }>;

export interface TranscoderChildOptions {
  /** File to run. */
  program: string;
  /** How nice to the rest of the machine: 0 to 19. */
  niceness: number;
  /** Resident memory above which it is ended, bytes. */
  maxRssBytes: number;
  timers: Timers;
  onMessage(message: JobMessage): void;
  /** It is gone, once; `undefined` when it was ended by {@link TranscoderChild.end}. */
  onGone(why: string | undefined): void;
}

/** Threads of libuv's pool in a child: FFmpeg's blocking calls must not starve its file system calls. */
const threadPoolSize = "4";
/** Heap of a child, MB; pictures and codecs lie outside of it. */
const heapMb = 128;
/** A child that says nothing for so long hangs, or its machine does: it sends its memory each second. */
const silenceMs = 20_000;

/** One process that runs FFmpeg, from fork to exit. */
export class TranscoderChild {
  readonly #options: TranscoderChildOptions;
  readonly #process: ChildProcess;
  readonly #cancelSilence: () => void;
  #heard = true;
  #why: string | undefined;
  #gone = false;
  #ended = false;
  #exited: () => void = () => {};
  /** Resolves when the process is gone. */
  readonly exit: Promise<void> = new Promise((resolve) => {
    this.#exited = resolve;
  });

  constructor(options: TranscoderChildOptions) {
    this.#options = options;
    this.#process = fork(options.program, [], {
      // Nothing of the worker's own environment, which names its secrets, is needed where hostile media is decoded.
      env: { ...passedOn(process.env), UV_THREADPOOL_SIZE: threadPoolSize },
      execArgv: [`--max-old-space-size=${heapMb}`],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const { pid } = this.#process;
    if (pid !== undefined) beNice(pid, options.niceness);
    this.#process.on("message", (message) => this.#receive(message as FromChild));
    this.#process.on("error", (error) => {
      this.#why ??= error.message;
      if (pid === undefined) this.#afterExit();
    });
    this.#process.on("exit", (code, signal) => {
      this.#why ??= signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
      this.#afterExit();
    });
    this.#cancelSilence = this.#watchSilence();
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Sends a message; dropped when the child is gone. */
  send(message: ToChild): void {
    if (this.#process.connected) this.#process.send(message, () => {});
  }

  /** Ends it at once, for a reason that is told to `onGone`. */
  kill(why: string): void {
    this.#why ??= why;
    this.#process.kill("SIGKILL");
  }

  /** Ends it because it is not needed any more. Resolves when it is gone. */
  end(): Promise<void> {
    this.#ended = true;
    this.#process.kill("SIGKILL");
    return this.exit;
  }

  #receive(message: FromChild): void {
    this.#heard = true;
    if (this.#gone || message.type === "ready") return;
    if (message.type !== "memory") {
      this.#options.onMessage(message);
      return;
    }
    if (message.rssBytes > this.#options.maxRssBytes) {
      this.kill(`took ${Math.round(message.rssBytes / 1_048_576)} MB of memory`);
    }
  }

  #watchSilence(): () => void {
    let cancel = () => {};
    const watch = () => {
      cancel = this.#options.timers.after(silenceMs, () => {
        if (!this.#heard) this.kill("did not answer");
        this.#heard = false;
        watch();
      });
    };
    watch();
    return () => cancel();
  }

  #afterExit(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#cancelSilence();
    this.#exited();
    this.#options.onGone(this.#ended ? undefined : this.#why);
  }
}

/** Where libraries and drivers of encoders in hardware are found. */
function passedOn(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = /^(?:PATH|HOME|LD_LIBRARY_PATH|TMPDIR|(?:CUDA|NVIDIA|LIBVA|ONEVPL)_.*)$/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => names.test(name)));
}

/** Live packets go first; where the system does not allow to say so, nothing is lost. */
function beNice(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // The process may be gone already, which is told elsewhere.
  }
}
