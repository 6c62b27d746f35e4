import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../../testing/free-ports.ts";
import { until } from "./until.ts";

const PROGRAM = "/usr/bin/turnserver";

export type CoturnLogin = { secret: string } | { username: string; password: string };

/** Debian's coturn on a loopback port, for one test. */
export class Coturn {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #directory: string;
  #output = "";

  static async start(login: CoturnLogin): Promise<Coturn> {
    if (!existsSync(PROGRAM)) throw new Error(`no ${PROGRAM}: apt-get install coturn`);
    const [port] = await freePorts(1);
    const coturn = new Coturn(port!, await mkdtemp(join(tmpdir(), "sameroom-turn-")), login);
    await until(
      () => /UDP listener opened on/.test(coturn.#output) || coturn.#process.exitCode !== null,
      () => coturn.#output,
    );
    if (coturn.#process.exitCode !== null) throw new Error(`coturn ended while starting:\n${coturn.#output}`);
    return coturn;
  }

  private constructor(port: number, directory: string, login: CoturnLogin) {
    this.port = port;
    this.#directory = directory;
    const lines =
      "secret" in login
        ? ["--use-auth-secret", `--static-auth-secret=${login.secret}`]
        : ["--lt-cred-mech", `--user=${login.username}:${login.password}`];
    this.#process = spawn(
      PROGRAM,
      [
        ...["-n", "--no-cli", "--no-tls", "--no-dtls", "--log-file=stdout", "--simple-log", "-v"],
        ...["--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", `--listening-port=${port}`],
        ...["--allow-loopback-peers", "--realm=sameroom.test", "--min-port=42000", "--max-port=42999"],
        ...[`--userdb=${join(directory, "turndb")}`, `--pidfile=${join(directory, "pid")}`],
        ...lines,
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
      });
    }
  }

  /** What it logged so far. */
  get output(): string {
    return this.#output;
  }

  async close(): Promise<void> {
    const child = this.#process;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await until(() => child.exitCode !== null || child.signalCode !== null);
    }
    await rm(this.#directory, { recursive: true, force: true });
  }
}
