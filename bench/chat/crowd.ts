import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export type CrowdOrder =
  | { type: "open"; port: number; tokens: (string | null)[]; listening: number }
  | { type: "talk"; perSecond: number; ms: number }
  /** What came since the last time. */
  | { type: "count" };

export type CrowdAnswer =
  | { type: "done" }
  | { type: "failed"; why: string }
  | {
      type: "counted";
      sockets: number;
      listeners: number;
      /** Socket.IO events, all sockets. */
      frames: number;
      /** Messages, listeners only. */
      heard: number;
      /** From being sent to being heard, ms. */
      ages: number[];
      /** How late the processes themselves were, the worst of them, ms. */
      lateP95Ms: number;
    };
export type Counted = Extract<CrowdAnswer, { type: "counted" }>;

/** Listeners of each process: they read everything, which costs more than receiving it. */
const LISTENING = 50;
const FILE = fileURLToPath(new URL("./crowd-process.ts", import.meta.url));

/** People with sockets, in processes beside the server's. */
export class Crowd {
  readonly #processes: ChildProcess[];
  readonly #end = () => {
    for (const child of this.#processes) child.kill("SIGKILL");
  };

  private constructor(processes: ChildProcess[]) {
    this.#processes = processes;
    process.once("exit", this.#end);
  }

  /** One socket for each token; null: the server wants none. */
  static async open(port: number, tokens: readonly (string | null)[], processes: number): Promise<Crowd> {
    const crowd = new Crowd(
      Array.from({ length: processes }, () =>
        fork(FILE, { execArgv: ["--import", "tsx"], serialization: "advanced" }),
      ),
    );
    try {
      const share = Math.ceil(tokens.length / processes);
      await crowd.#ask((index) => {
        const mine = tokens.slice(index * share, (index + 1) * share);
        return { type: "open", port, tokens: mine, listening: LISTENING };
      });
    } catch (error) {
      crowd.close();
      throw error;
    }
    return crowd;
  }

  async talk(perSecond: number, ms: number): Promise<void> {
    await this.#ask(() => ({ type: "talk", perSecond: perSecond / this.#processes.length, ms }));
  }

  async count(): Promise<Counted> {
    const counted = (await this.#ask(() => ({ type: "count" }))) as Counted[];
    return counted.reduce((sum, one) => ({
      type: "counted",
      sockets: sum.sockets + one.sockets,
      listeners: sum.listeners + one.listeners,
      frames: sum.frames + one.frames,
      heard: sum.heard + one.heard,
      ages: [...sum.ages, ...one.ages],
      lateP95Ms: Math.max(sum.lateP95Ms, one.lateP95Ms),
    }));
  }

  close(): void {
    process.off("exit", this.#end);
    this.#end();
  }

  #ask(orderOf: (index: number) => CrowdOrder): Promise<CrowdAnswer[]> {
    return Promise.all(
      this.#processes.map(
        (child, index) =>
          new Promise<CrowdAnswer>((resolve, reject) => {
            const gone = () => reject(new Error("a process of the crowd ended"));
            child.once("exit", gone);
            child.once("message", (answer: CrowdAnswer) => {
              child.off("exit", gone);
              if (answer.type === "failed") reject(new Error(answer.why));
              else resolve(answer);
            });
            child.send(orderOf(index));
          }),
      ),
    );
  }
}
