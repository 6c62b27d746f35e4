import { type ChildProcess, fork } from "node:child_process";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { Timers } from "@sameroom/base";
import type { FromSender, ToSender } from "./messages.ts";

/** A connection to one target, in a process of its own. */
export interface Sender {
  send(message: ToSender): void;
  /** Ends it: in order when it can within a moment, by force otherwise. Nothing is told afterwards. Idempotent. */
  end(): void;
}

export interface SenderEvents {
  onMessage(message: FromSender): void;
  /** Its process is gone without having been ended. */
  onGone(why: string): void;
}

export type OpenSender = (events: SenderEvents) => Sender;

/** What children run, as built by `npm run build`; compiled and source files lie equally deep. */
const PROGRAM = fileURLToPath(new URL("../../dist/restream/child/main.js", import.meta.url));
/** Time to say goodbye to the target, ms. */
const FAREWELL_MS = 2000;
/** Heap of a child, MB. */
const HEAP_MB = 96;
/** Behind live packets, before jobs. */
const NICENESS = 2;

/** Connections in child processes: FFmpeg's memory is not ours to guard, and one that hangs holds up nobody else. */
export class SenderProcesses {
  readonly #timers: Timers;
  readonly #running = new Map<ChildProcess, Promise<void>>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Ids of the processes that run now. */
  get pids(): number[] {
    return [...this.#running.keys()].flatMap(({ pid }) => pid ?? []);
  }

  readonly open: OpenSender = ({ onMessage, onGone }) => {
    const child = fork(PROGRAM, [], {
      // Nothing of the worker's own environment, which names its secrets.
      env: { ...passedOn(process.env), UV_THREADPOOL_SIZE: "4" },
      execArgv: [`--max-old-space-size=${HEAP_MB}`],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    let over = false;
    let cancel = () => {};
    const gone = (why: string) => {
      cancel();
      this.#running.delete(child);
      exited();
      if (over) return;
      over = true;
      onGone(why);
    };
    let exited = () => {};
    this.#running.set(
      child,
      new Promise((resolve) => {
        exited = resolve;
      }),
    );
    if (child.pid !== undefined) beNice(child.pid);
    child.on("message", (message) => {
      if (!over) onMessage(message as FromSender);
    });
    child.on("error", (error) => {
      if (child.pid === undefined) gone(error.message);
    });
    child.on("exit", (code, signal) =>
      gone(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
    );
    const send = (message: ToSender) => {
      if (child.connected) child.send(message, () => {});
    };
    return {
      send: (message) => {
        if (!over) send(message);
      },
      end: () => {
        if (over) return;
        over = true;
        send({ type: "close" });
        cancel = this.#timers.after(FAREWELL_MS, () => child.kill("SIGKILL"));
      },
    };
  };

  /** Resolves when every process is gone; those that were not ended are. */
  async close(): Promise<void> {
    const all = [...this.#running];
    const force = setTimeout(() => {
      for (const [child] of all) child.kill("SIGKILL");
    }, FAREWELL_MS);
    await Promise.all(all.map(([, exit]) => exit));
    clearTimeout(force);
  }
}

/** What a Node process needs to find libraries and to trust whom the operator trusts. */
function passedOn(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = /^(?:PATH|HOME|LD_LIBRARY_PATH|TMPDIR|NODE_EXTRA_CA_CERTS|SSL_CERT_.*)$/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => names.test(name)));
}

function beNice(pid: number): void {
  try {
    setPriority(pid, NICENESS);
  } catch {
    // Gone already, which is told elsewhere.
  }
}
