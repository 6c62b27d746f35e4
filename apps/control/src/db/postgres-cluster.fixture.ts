import { execFile, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";

const run = promisify(execFile);

/** A throw-away PostgreSQL of the system's own, on a unix socket only. */
export interface Cluster {
  /** `DATABASE_URL` of a new, empty database. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

function binaries(): string {
  const roots = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql") : [];
  const newest = roots.sort((left, right) => Number(right) - Number(left))[0];
  const directory = newest === undefined ? "" : join("/usr/lib/postgresql", newest, "bin");
  if (!existsSync(join(directory, "initdb")))
    throw new Error("these tests need PostgreSQL: apt-get install postgresql");
  return directory;
}

/** PostgreSQL refuses to run as root: as root, become its user. */
function asPostgres(command: string, args: string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [command, args];
  return ["setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", command, ...args]];
}

export async function startCluster(): Promise<Cluster> {
  const bin = binaries();
  const directory = mkdtempSync(join(tmpdir(), "sameroom-cluster-"));
  if (process.getuid?.() === 0) {
    const { stdout } = await run("id", ["-u", "postgres"]);
    chownSync(directory, Number(stdout), Number(stdout));
  }
  const data = join(directory, "data");
  const options = { cwd: directory };
  await run(
    ...asPostgres(join(bin, "initdb"), ["-D", data, "-U", "test", "-A", "trust", "-N", "-E", "UTF8"]),
    options,
  );
  const settings = ["fsync=off", "listen_addresses=", `unix_socket_directories=${directory}`];
  const [command, args] = asPostgres(join(bin, "postgres"), [
    ...["-D", data],
    ...settings.flatMap((one) => ["-c", one]),
  ]);
  const server = spawn(command, args, { ...options, stdio: "ignore" });
  const exited = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const connection = { host: directory, user: "test", database: "postgres" };
  const stop = async () => {
    server.kill("SIGINT");
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client(connection);
    try {
      await client.connect();
      await client.end();
      break;
    } catch (error) {
      if (attempt >= 200 || server.exitCode !== null) {
        await stop();
        throw error;
      }
      await wait(50);
    }
  }
  let count = 0;
  return {
    async createDatabase() {
      const client = new pg.Client(connection);
      await client.connect();
      const name = `test_${count++}`;
      await client.query(`create database ${name}`);
      await client.end();
      return `postgresql://test@/${name}?host=${encodeURIComponent(directory)}`;
    },
    stop,
  };
}
