import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type Database, databaseFromPool } from "./database.ts";
import { lockDirectory } from "./directory-lock.ts";

export interface EmbeddedWorkerData {
  /** PGlite's data directory. */
  directory: string;
  /** Unix socket the worker listens on, named the way PostgreSQL clients expect. */
  socketFile: string;
  /** Only make the data directory, then end. */
  initialise: boolean;
}

export type EmbeddedWorkerMessage =
  | { type: "listening" }
  | { type: "closed" }
  /** The database crashed; no query will ever be answered again. */
  | { type: "broken"; message: string };

export interface EmbeddedOptions {
  /** Control's data directory; the database lives in `pgdata` inside. Must exist. */
  dataDir: string;
  /** The database's thread ended by itself: nothing works any more, the process should end. Called at most once. */
  onCrash: (error: Error) => void;
  /** An idle connection broke (the pool makes a new one). */
  onError: (error: Error) => void;
  /** Node's options for the thread; by default this process's. */
  execArgv?: string[];
}

/** Unix socket paths are limited to about 107 bytes (unix(7)). */
const MAX_SOCKET_PATH = 100;
const CLOSE_TIMEOUT_MS = 10_000;

/**
 * Opens the embedded PostgreSQL (PGlite in a thread of its own) and takes the lock on the data directory. Throws
 * `DirectoryLockedError` when another process has it, and whatever PGlite says about a damaged directory.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Database> {
  const directory = join(options.dataDir, "pgdata");
  const unlock = lockDirectory(options.dataDir);
  let socketDirectory: string | undefined;
  try {
    if (!existsSync(join(directory, "PG_VERSION"))) await initialise(options, directory);
    chmodSync(directory, 0o700);
    socketDirectory = makeSocketDirectory(options.dataDir);
    return await start(options, { directory, socketDirectory, unlock });
  } catch (error) {
    if (socketDirectory !== undefined) rmSync(socketDirectory, { recursive: true, force: true });
    unlock();
    throw error;
  }
}

async function start(
  options: EmbeddedOptions,
  paths: { directory: string; socketDirectory: string; unlock: () => void },
): Promise<Database> {
  const { directory, socketDirectory } = paths;
  const socketFile = join(socketDirectory, ".s.PGSQL.5432");
  const worker = startWorker(options, { directory, socketFile, initialise: false });
  await answered(worker, "listening");

  let closing = false;
  const crash = (error: Error) => {
    if (closing) return;
    closing = true;
    options.onCrash(error);
  };
  worker.on("message", (message: EmbeddedWorkerMessage) => {
    if (message.type === "broken") crash(new Error(`the embedded database crashed: ${message.message}`));
  });
  worker.on("error", crash);
  worker.on("exit", () => crash(new Error("the embedded database's thread ended")));

  // One connection: PGlite has one session, and every query runs alone anyway.
  const pool = { host: paths.socketDirectory, port: 5432, user: "postgres", database: "postgres", max: 1 };
  return databaseFromPool(
    { ...pool, idleTimeoutMillis: 0, allowExitOnIdle: true },
    {
      kind: "embedded",
      onError: options.onError,
      onClose: async () => {
        closing = true;
        const closed = Promise.race([answered(worker, "closed"), delay(CLOSE_TIMEOUT_MS)]);
        worker.postMessage("close");
        await closed.catch(() => {});
        await worker.terminate();
        rmSync(paths.socketDirectory, { recursive: true, force: true });
        paths.unlock();
      },
    },
  );
}

/**
 * Makes the data directory under another name first, so that one half made by a start that was cut off is never used.
 * In a thread that ends afterwards: it takes 800 MB.
 */
async function initialise(options: EmbeddedOptions, directory: string): Promise<void> {
  if (existsSync(directory) && readdirSync(directory).length > 0)
    throw new Error(`${directory} is not empty and not a database: move it away or restore it`);
  const draft = `${directory}.new`;
  rmSync(draft, { recursive: true, force: true });
  // PGlite makes world-readable files: the directory keeps others out.
  mkdirSync(draft, { mode: 0o700 });
  const worker = startWorker(options, { directory: draft, socketFile: "", initialise: true });
  await new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`initialising ended with ${code}`)),
    );
  });
  rmSync(directory, { recursive: true, force: true });
  renameSync(draft, directory);
}

function startWorker(options: EmbeddedOptions, data: EmbeddedWorkerData): Worker {
  const program = import.meta.url.endsWith(".ts") ? "./embedded-worker.ts" : "./embedded-worker.js";
  return new Worker(new URL(program, import.meta.url), {
    workerData: data,
    ...(options.execArgv === undefined ? {} : { execArgv: options.execArgv }),
  });
}

function makeSocketDirectory(dataDir: string): string {
  const wanted = join(dataDir, "run");
  if (Buffer.byteLength(join(wanted, ".s.PGSQL.5432")) > MAX_SOCKET_PATH)
    return mkdtempSync(join(tmpdir(), "sameroom-pg-"));
  rmSync(wanted, { recursive: true, force: true });
  mkdirSync(wanted, { mode: 0o700 });
  return wanted;
}

function answered(worker: Worker, type: EmbeddedWorkerMessage["type"]): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on("message", (message: EmbeddedWorkerMessage) => {
      if (message.type === type) resolve();
    });
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the embedded database's thread ended")));
  });
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
