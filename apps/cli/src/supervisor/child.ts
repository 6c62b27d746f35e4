import { type ChildProcess, fork } from "node:child_process";
import { performance } from "node:perf_hooks";
import type { Log } from "@sameroom/base";
import { onLines } from "../log/line-splitter.ts";
import { createRestartPolicy } from "./restart-policy.ts";

/** How long the last lines of a child that has ended may take to arrive, ms. */
const lastLinesMs = 200;

/** A program the supervisor keeps running. */
export interface ChildOptions {
  /** Short word for logs: `control`. */
  readonly name: string;
  /** File to run. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Log;
  onLine(line: string): void;
  /** A message the child sent, unchecked. */
  onMessage(message: unknown): void;
  /** A process was started (the first or a later one). */
  onStart?(): void;
  /** The process is gone; another follows unless the child was stopped. */
  onExit?(): void;
}

/** Keeps one program running: restarts it when it dies, until it is stopped. */
export class Child {
  readonly #options: ChildOptions;
  readonly #policy = createRestartPolicy();
  #process: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #stopping = false;
  #exited: Promise<void> = Promise.resolve();

  constructor(options: ChildOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get running(): boolean {
    return this.#process !== undefined;
  }

  /** Process id while it runs. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts the program unless it runs or waits for its restart. */
  start(): void {
    this.#stopping = false;
    if (this.#process === undefined && this.#restart === undefined) this.#fork();
  }

  /** The child said that it works: its next death counts as a first one after a while. */
  markReady(): void {
    this.#policy.ready(performance.now());
  }

  /** Sends a message; dropped when the child is gone. */
  send(message: object): void {
    const child = this.#process;
    if (child?.connected === true) child.send(message, () => {});
  }

  /**
   * Asks the child to end, and ends it by force after `patienceMs`. Resolves when it is gone. Idempotent.
   */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    this.#restart = undefined;
    const child = this.#process;
    if (child === undefined) return;
    this.send({ type: "shutdown" });
    const force = setTimeout(() => {
      this.#options.log.warn(`${this.name} did not end within ${patienceMs / 1000} s; ended by force`);
      child.kill("SIGKILL");
    }, patienceMs);
    await this.#exited;
    clearTimeout(force);
  }

  /** Ends the child at once. */
  kill(): void {
    this.#stopping = true;
    clearTimeout(this.#restart);
    this.#process?.kill("SIGKILL");
  }

  #fork(): void {
    const { program, environment } = this.#options;
    // A process group of its own: Ctrl-C in the terminal reaches the supervisor alone, which ends its children in order.
    const child = fork(program, [], {
      env: { ...environment },
      execArgv: ["--enable-source-maps"],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: true,
    });
    this.#process = child;
    if (child.stdout !== null) onLines(child.stdout, this.#options.onLine);
    if (child.stderr !== null) onLines(child.stderr, this.#options.onLine);
    child.on("message", (message) => this.#options.onMessage(message));
    this.#exited = new Promise((resolve) => {
      let told = false;
      const gone = (how: string) => {
        if (told) return;
        told = true;
        this.#process = undefined;
        resolve();
        this.#afterExit(how);
      };
      child.on("error", (error) => {
        if (child.pid === undefined) gone(`could not be started: ${error.message}`);
      });
      child.on("exit", (code, signal) => {
        const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
        // "close" follows when the last lines have been read; a grandchild may hold the pipe open for longer.
        const late = setTimeout(gone, lastLinesMs, how);
        child.once("close", () => {
          clearTimeout(late);
          gone(how);
        });
      });
    });
    this.#options.onStart?.();
  }

  #afterExit(how: string): void {
    this.#options.onExit?.();
    if (this.#stopping) return;
    const delayMs = this.#policy.died(performance.now());
    const again = delayMs === 0 ? "now" : `in ${delayMs / 1000} s`;
    const times = this.#policy.deaths === 1 ? "" : ` (${this.#policy.deaths} times in a row)`;
    this.#options.log.error(`${this.name} ${how}${times}; starting it again ${again}`);
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      this.#fork();
    }, delayMs);
  }
}
