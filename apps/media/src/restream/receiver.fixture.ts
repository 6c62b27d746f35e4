import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What FFmpeg got of one stream. */
export interface Received {
  kind: "video" | "audio";
  codec: string;
  /** Of the newest picture. */
  width: number;
  height: number;
  sampleRate: number;
  packets: number;
  /** Pictures or frames of sound. */
  decoded: number;
  /** Presentation times, ms. */
  firstMs: number;
  lastMs: number;
  /** Packets the decoder refused. */
  faults: number;
}

const PROGRAM = fileURLToPath(new URL("receive-program.fixture.ts", import.meta.url));

/** FFmpeg as the platform a show is sent to: listens, takes one stream, decodes it. */
export class Receiver {
  readonly #process: ChildProcess;
  #newest: Received[] = [];
  #changed: () => void = () => {};
  #over = false;
  #said = "";

  /** Resolves when it is about to listen. */
  static async listen(url: string): Promise<Receiver> {
    const receiver = new Receiver(url);
    await once(receiver.#process.stdout!, "readable");
    return receiver;
  }

  private constructor(url: string) {
    this.#process = spawn(process.execPath, ["--import", "tsx", PROGRAM, url], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const lines = createInterface({ input: this.#process.stdout! });
    lines.on("line", (line) => {
      const said: unknown = JSON.parse(line);
      if (Array.isArray(said)) this.#newest = said as Received[];
      this.#changed();
    });
    this.#process.stderr!.on("data", (text) => {
      this.#said += String(text);
    });
    this.#process.on("exit", () => {
      this.#over = true;
      this.#changed();
    });
  }

  /** Streams, once they satisfy; rejects when it ends before. */
  async until(isEnough: (streams: Received[]) => boolean): Promise<Received[]> {
    while (!isEnough(this.#newest)) {
      if (this.#over)
        throw new Error(`the receiver ended with ${JSON.stringify(this.#newest)}\n${this.#said}`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    return this.#newest;
  }

  /** What it got in all, when the sender has said goodbye. */
  async ended(): Promise<Received[]> {
    if (!this.#over) await once(this.#process, "exit");
    return this.#newest;
  }

  close(): void {
    this.#process.kill("SIGKILL");
  }
}
