import { type ChildProcess, spawn } from "node:child_process";

const KILL_AFTER_MS = 6000;
/** Kept for the message when a program ends by itself. */
const OUTPUT_LIMIT = 20_000;

export interface ProgramOptions {
  env?: Record<string, string>;
  cwd?: string;
}

/** A program under measurement: a process of its own, ended with the benchmark. */
export class Program {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #name: string;
  #output = "";
  readonly #killNow = () => void this.#child.kill("SIGKILL");

  constructor(command: string, args: readonly string[], options: ProgramOptions = {}) {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("SAMEROOM_"));
    this.#child = spawn(command, [...args], {
      env: { ...Object.fromEntries(inherited), ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    this.#name = [command, ...args.slice(0, 1)].join(" ");
    process.once("exit", this.#killNow);
    if (this.#child.pid === undefined) throw new Error(`${this.#name} cannot be started`);
    this.pid = this.#child.pid;
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output = (this.#output + text).slice(-OUTPUT_LIMIT);
      });
    }
  }

  /** The end of what it printed. */
  get output(): string {
    return this.#output;
  }

  /** Throws, with its last words, when it has ended. */
  assertRunning(): void {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) return;
    throw new Error(`${this.#name} ended (${exitCode ?? signalCode}):\n${this.#output.slice(-3000)}`);
  }

  /** Ends it, by force when it does not go. */
  async close(): Promise<void> {
    const child = this.#child;
    process.off("exit", this.#killNow);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
    await gone;
    clearTimeout(timer);
  }
}
