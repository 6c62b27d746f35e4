import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../apps/cli/dist/demo/main.js", import.meta.url));

/** FFmpeg's WHIP muxer in a process of its own, publishing a test picture and tone with a stream key. */
export class FfmpegPublisher {
  readonly #process: ChildProcess;

  static async start(mediaUrl: string, room: string, streamKey: string): Promise<FfmpegPublisher> {
    const child = fork(PROGRAM, { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
    child.send({ type: "publish", url: `${mediaUrl}/whip/${room}`, streamKey });
    await new Promise<void>((resolve, reject) => {
      child.on("message", (message) => {
        if ((message as { type?: string }).type === "publishing") resolve();
      });
      child.once("exit", () => reject(new Error("FFmpeg's publisher ended while starting")));
    });
    return new FfmpegPublisher(child);
  }

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.send({ type: "shutdown" });
    await gone;
  }
}
