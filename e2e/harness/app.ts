import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePorts } from "../../testing/free-ports.ts";
import { until } from "./until.ts";

/** The compiled command line. */
export const CLI = fileURLToPath(new URL("../../apps/cli/dist/main.js", import.meta.url));

export interface AppOptions {
  /** Seconds a lost host is waited for; default 30. */
  graceS?: number;
  demo?: boolean;
  /** Further configuration. */
  environment?: Record<string, string>;
}

/** The real thing: `sameroom start` on free loopback ports with a data directory of its own. */
export class App {
  readonly url: string;
  readonly mediaUrl: string;
  readonly udpPort: number;
  readonly rtmpPort: number;
  readonly srtPort: number;
  readonly #directory: string;
  readonly #environment: Record<string, string>;
  readonly #demo: boolean;
  #process: ChildProcess | undefined;
  #output = "";

  static async start(options: AppOptions = {}): Promise<App> {
    const ports = await freePorts(5);
    const app = new App(await mkdtemp(join(tmpdir(), "sameroom-e2e-")), ports, options);
    await app.boot().catch(async (error: unknown) => {
      await app.close();
      throw error;
    });
    return app;
  }

  private constructor(directory: string, ports: readonly number[], options: AppOptions) {
    const [http, mediaHttp, udp, rtmp, srt] = ports as [number, number, number, number, number];
    this.#directory = directory;
    this.#demo = options.demo ?? false;
    const scheme = options.environment?.SAMEROOM_TLS_CERT_FILE === undefined ? "http" : "https";
    this.url = `${scheme}://localhost:${http}`;
    this.mediaUrl = `${scheme}://localhost:${mediaHttp}`;
    this.udpPort = udp;
    this.rtmpPort = rtmp;
    this.srtPort = srt;
    this.#environment = {
      SAMEROOM_DATA_DIR: join(directory, "data"),
      SAMEROOM_HTTP_PORT: String(http),
      SAMEROOM_MEDIA_HTTP_PORT: String(mediaHttp),
      SAMEROOM_MEDIA_UDP_PORT: String(udp),
      SAMEROOM_RTMP_PORT: String(rtmp),
      SAMEROOM_SRT_PORT: String(srt),
      SAMEROOM_BIND: "127.0.0.1",
      SAMEROOM_GRACE_S: String(options.graceS ?? 30),
      ...options.environment,
    };
  }

  /** What it printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Login printed at the first start. */
  get admin(): { username: string; password: string } {
    const password = /^ +password +(\S+)$/m.exec(this.#output)?.[1];
    if (password === undefined) throw new Error(`no admin login was printed:\n${this.#output}`);
    return { username: "admin", password };
  }

  /** Path of a file among its secrets. */
  secretFile(name: string): string {
    return join(this.#directory, "data", "secrets", name);
  }

  async boot(): Promise<void> {
    this.#output = "";
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(
        ([name]) => !name.startsWith("SAMEROOM_") && name !== "DATABASE_URL",
      ),
    );
    const child = spawn(process.execPath, [CLI, "start", ...(this.#demo ? ["--demo"] : [])], {
      env: { ...inherited, ...this.#environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
      });
    }
    const isReady = () => /everything is ready/.test(this.#output);
    await until(
      () => isReady() || child.exitCode !== null,
      () => this.#output,
    );
    if (!isReady()) throw new Error(`it ended while starting:\n${this.#output}`);
    await until(() => this.isLinked());
  }

  /** Whether media and control are in touch, as media tells. */
  async isLinked(): Promise<boolean> {
    const health = await fetch(`${this.mediaUrl}/health`).catch(() => undefined);
    return health?.ok === true && ((await health.json()) as { linked: boolean }).linked;
  }

  /** Process id of the supervisor's child `name`. */
  pidOf(name: "control" | "media"): number {
    const [found] = childrenOf(this.#process?.pid, `apps/${name}/dist/main.js`);
    if (found !== undefined) return found;
    throw new Error(`${name} is not running`);
  }

  /** Every process that runs on its data directory. */
  processes(): number[] {
    const mine = `SAMEROOM_DATA_DIR=${this.#environment.SAMEROOM_DATA_DIR}`;
    return numbersIn("/proc").filter((pid) => readOrEmpty(`/proc/${pid}/environ`).includes(mine));
  }

  /** Processes that make smaller sizes of a picture: they leave the machine to all that has less time. */
  makersOfSizes(): number[] {
    return childrenOf(this.pidOf("media"), "transcode/child/main.js").filter((pid) => getPriority(pid) === 2);
  }

  /** `kill -9` of one of our own children. */
  kill(name: "control" | "media"): void {
    process.kill(this.pidOf(name), "SIGKILL");
  }

  /** Ctrl-C; resolves with the exit code. */
  async end(): Promise<number | null> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    child.kill("SIGINT");
    await until(() => child.exitCode !== null || child.signalCode !== null);
    return child.exitCode;
  }

  async close(): Promise<void> {
    await this.end();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

function numbersIn(directory: string): number[] {
  return readdirSync(directory)
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
}

/** Processes with this parent that run this program. */
function childrenOf(parent: number | undefined, program: string): number[] {
  const isChild = new RegExp(`^PPid:\\s+${parent}$`, "m");
  return numbersIn("/proc").filter(
    (pid) =>
      isChild.test(readOrEmpty(`/proc/${pid}/status`)) &&
      readOrEmpty(`/proc/${pid}/cmdline`).includes(program),
  );
}

/** Empty when it is gone, or not ours to read. */
function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
