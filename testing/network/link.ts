import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Impairment, type LinkCounters, parseCounters, shapeFields } from "./shape.ts";

export interface LinkOptions {
  /** Device in this namespace, at most 15 characters. */
  nearDevice: string;
  /** Name of the other namespace (`ip netns`). */
  farNamespace: string;
  farDevice: string;
  /** The same seed loses the same packets. */
  seed: number;
}

/** Both directions: `down` is towards the client. */
export interface TwoWay {
  down?: Impairment;
  up?: Impairment;
}

/** The program in `link.c`: a pair of devices that lives as long as it does. */
export class Link {
  readonly #child: ChildProcess;
  readonly #answers: ((line: string) => void)[] = [];
  #errors = "";

  /** Makes the devices. Throws with what the program said when it cannot. */
  static async open({ nearDevice, farNamespace, farDevice, seed }: LinkOptions): Promise<Link> {
    const link = new Link([nearDevice, `/run/netns/${farNamespace}`, farDevice, String(seed)]);
    await link.#nextAnswer();
    return link;
  }

  private constructor(words: readonly string[]) {
    this.#child = spawn(compiled(), [...words], { stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    createInterface(this.#child.stdout!).on("line", (line) => this.#answers.shift()?.(line));
    // Orders to a link that has ended are answered by `exit`.
    this.#child.stdin?.on("error", () => {});
  }

  async shape({ down = {}, up = {} }: TwoWay): Promise<void> {
    for (const [name, impairment] of Object.entries({ down, up })) {
      const answer = await this.#order(`${name} ${shapeFields(impairment).join(" ")}`);
      if (answer !== "ok") throw new Error(`the link says: ${answer}`);
    }
  }

  async counters(): Promise<{ down: LinkCounters; up: LinkCounters }> {
    return parseCounters(await this.#order("stats"));
  }

  /** Ends the program; its devices go with it. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.stdin?.end();
    await gone;
  }

  #order(line: string): Promise<string> {
    this.#child.stdin?.write(`${line}\n`);
    return this.#nextAnswer();
  }

  #nextAnswer(): Promise<string> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`the link has ended: ${this.#errors.trim()}`));
      if (this.#child.exitCode !== null) return ended();
      this.#child.once("close", ended);
      this.#answers.push((answer) => {
        this.#child.off("close", ended);
        resolve(answer);
      });
    });
  }
}

/** Path of the program; built at first use, and again when a source has changed. Throws with the compiler's words. */
function compiled(): string {
  const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const sources = ["link.c", "direction.c", "queue.c"].map(file);
  const hash = createHash("sha256");
  for (const path of [...sources, file("direction.h"), file("queue.h")]) hash.update(readFileSync(path));
  const program = join(tmpdir(), `sameroom-link-${process.getuid?.()}-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(program)) return program;
  const unfinished = `${program}-${process.pid}`;
  const words = ["-O2", "-Wall", "-Wextra", "-D_GNU_SOURCE", "-o", unfinished, ...sources];
  const { status, stderr, error } = spawnSync(process.env.CC ?? "cc", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`the link could not be built: ${error?.message ?? stderr}`);
  renameSync(unfinished, program);
  return program;
}
