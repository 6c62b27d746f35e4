import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** Bytes of one packet: seven of a transport stream. */
const CHUNK = 1316;

/** It keeps some packets back until more come. */
const KEPT_BACK = 20;

/** Packets of a transport stream that mean nothing. */
function stuffing(packets: number): Uint8Array {
  const bytes = new Uint8Array(packets * 188).fill(0xff);
  for (let at = 0; at < bytes.length; at += 188) bytes.set([0x47, 0x1f, 0xff, 0x10], at);
  return bytes;
}

/** Debian's `srt-live-transmit` as an encoder: libsrt, and nothing of FFmpeg. */
export class SrtTransmitter {
  readonly #process: ChildProcess;
  #said = "";

  /** `query` is that of the SRT address: `streamid=…&passphrase=…`. */
  constructor(port: number, query: string) {
    const address = `srt://127.0.0.1:${port}?${query}`;
    this.#process = spawn("srt-live-transmit", [`-chunk:${CHUNK}`, "-a:no", "-v", "file://con", address], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    // It may be gone before we have said all.
    this.#process.stdin!.on("error", () => {});
    for (const stream of [this.#process.stdout!, this.#process.stderr!])
      stream.on("data", (bytes) => {
        this.#said += bytes;
      });
  }

  get said(): string {
    return this.#said;
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Sends whole packets of a transport stream at about `bitsPerSecond`; resolves when all are handed over. */
  async send(stream: Uint8Array, bitsPerSecond: number): Promise<void> {
    const bytes = Buffer.concat([stream, stuffing(7 - ((stream.length / 188) % 7) + 7 * KEPT_BACK)]);
    const stepMs = 20;
    const step = Math.max(1, Math.round((bitsPerSecond * stepMs) / 8000 / CHUNK)) * CHUNK;
    for (let at = 0; at < bytes.length && this.isRunning; at += step) {
      this.#process.stdin!.write(bytes.subarray(at, at + step));
      await new Promise((resolve) => setTimeout(resolve, stepMs));
    }
  }

  /** Hangs up. Idempotent. */
  async stop(): Promise<void> {
    if (!this.isRunning) return;
    const gone = once(this.#process, "exit");
    this.#process.stdin!.end();
    this.#process.kill("SIGTERM");
    await gone;
  }

  /** Gone without a word. Idempotent. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    const gone = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await gone;
  }

  async ended(): Promise<void> {
    if (this.isRunning) await once(this.#process, "exit");
  }
}
