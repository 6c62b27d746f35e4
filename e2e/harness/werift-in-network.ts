import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { NetworkClient } from "../../testing/network/network.ts";

/** What a werift viewer has received so far. */
export interface WeriftCounts {
  /** Different packets. */
  video: number;
  audio: number;
  /** Sequence numbers between the first and the last video packet that never came. */
  missing: number;
  /** Starts of keyframes. */
  keyframes: number;
}

/** A werift viewer as a process in a client's network; tells its counts several times a second. */
export class WeriftInNetwork {
  readonly #child: ChildProcess;
  #counts: WeriftCounts = { video: 0, audio: 0, missing: 0, keyframes: 0 };
  #errors = "";

  static watch(client: NetworkClient, mediaUrl: string, room: string, token: string): WeriftInNetwork {
    const program = fileURLToPath(new URL("werift-program.ts", import.meta.url));
    const words = ["--import", "tsx", program, mediaUrl, room, token];
    return new WeriftInNetwork(client.spawn(process.execPath, words, { stdio: ["pipe", "pipe", "pipe"] }));
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    createInterface(child.stdout!).on("line", (line) => {
      this.#counts = JSON.parse(line) as WeriftCounts;
    });
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
  }

  get counts(): WeriftCounts {
    if (this.#child.exitCode !== null) throw new Error(`the werift viewer has ended:\n${this.#errors}`);
    return this.#counts;
  }

  /** It leaves when its input closes. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.stdin!.end();
    await gone;
  }
}
