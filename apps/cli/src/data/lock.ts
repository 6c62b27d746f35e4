import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { identifyProcess, isRunning, type ProcessIdentity } from "./process-identity.ts";

const lockSchema = z.object({ pid: z.number().int().positive(), started: z.string().nullable() });

/** The data directory is ours until `release` is called or the process ends. */
export interface DataLock {
  /** The one before us ended without giving the lock back (crash, `kill -9`, power). */
  readonly tookOver: boolean;
  release(): void;
}

/** Another supervisor runs on the same data directory. */
export class DataInUseError extends Error {
  readonly pid: number;

  constructor(dataDir: string, pid: number) {
    super(`${dataDir} is in use by the Sameroom with process id ${pid}`);
    this.name = "DataInUseError";
    this.pid = pid;
  }
}

/** Who holds the data directory, or undefined. A lock left by a process that is gone does not count. */
export function lockHolder(dataDir: string): ProcessIdentity | undefined {
  const holder = readLock(lockFile(dataDir));
  return holder !== undefined && isRunning(holder) ? holder : undefined;
}

/**
 * Takes the data directory for this process. Two supervisors on one directory would corrupt the database, so the
 * lock names its process and is created in one step (`link` fails where the name exists). Throws {@link DataInUseError}.
 */
export function takeLock(dataDir: string): DataLock {
  const file = lockFile(dataDir);
  const mine = `${file}.${process.pid}`;
  const text = JSON.stringify(identifyProcess(process.pid) ?? { pid: process.pid, started: null });
  let tookOver = false;
  writeFileSync(mine, text, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 10; attempt++) {
      if (tryLink(mine, file)) return { tookOver, release: () => releaseLock(file, text) };
      const holder = readLock(file);
      if (holder !== undefined && isRunning(holder)) throw new DataInUseError(dataDir, holder.pid);
      if (removeStale(file)) tookOver = true;
    }
    throw new Error(`cannot take ${file}; remove it when no Sameroom uses ${dataDir}`);
  } finally {
    rmSync(mine, { force: true });
  }
}

function lockFile(dataDir: string): string {
  return join(dataDir, "supervisor.lock");
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Moves the lock aside before looking again, so that a lock taken in between is noticed and put back. */
function removeStale(file: string): boolean {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
  const holder = readLock(aside);
  const alive = holder !== undefined && isRunning(holder);
  if (alive) tryLink(aside, file);
  rmSync(aside, { force: true });
  return !alive;
}

function releaseLock(file: string, text: string): void {
  try {
    if (readFileSync(file, "utf8") === text) rmSync(file);
  } catch {
    // Gone already.
  }
}

/** A lock that is not ours to understand (torn, empty) counts as left behind. */
function readLock(file: string): ProcessIdentity | undefined {
  try {
    return lockSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}
