import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Somebody else uses the data directory. */
export class DirectoryLockedError extends Error {
  readonly pid: number;

  constructor(file: string, pid: number) {
    super(`the data directory is in use by process ${pid} (${file})`);
    this.name = "DirectoryLockedError";
    this.pid = pid;
  }
}

interface Holder {
  pid: number;
  /** Tells the process from a later one with the same id; "" where the system does not say. */
  started: string;
}

/**
 * Takes the lock file in `directory`: the embedded database has no lock of its own, and two processes on one
 * directory would destroy it. A lock whose process is gone (also after a reboot, also with its id in use again) is
 * taken over. Returns what releases it; throws {@link DirectoryLockedError} when a living process holds it.
 */
export function lockDirectory(directory: string): () => void {
  const file = join(directory, "control.lock");
  const mine: Holder = { pid: process.pid, started: startOf(process.pid) };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      if (tryLink(draft, file)) return () => release(file, mine);
      const holder = readHolder(file);
      if (holder !== null && alive(holder)) throw new DirectoryLockedError(file, holder.pid);
      removeStale(file, holder);
    }
    throw new Error(`cannot take the lock ${file}`);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** `link` fails when the target exists, so of two processes exactly one wins, with the content complete. */
function tryLink(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Moves the lock aside first: if another process was quicker and the lock is a new one by now, it is put back. */
function removeStale(file: string, stale: Holder | null): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = readHolder(aside);
  if (moved !== null && (moved.pid !== stale?.pid || moved.started !== stale.started)) tryLink(aside, file);
  unlinkSync(aside);
}

function release(file: string, mine: Holder): void {
  const holder = readHolder(file);
  if (holder?.pid === mine.pid && holder.started === mine.started) rmSync(file, { force: true });
}

function readHolder(file: string): Holder | null {
  try {
    const value = JSON.parse(readFileSync(file, "utf8")) as Partial<Holder>;
    if (typeof value.pid !== "number" || !Number.isInteger(value.pid) || value.pid <= 0) return null;
    return { pid: value.pid, started: typeof value.started === "string" ? value.started : "" };
  } catch {
    return null;
  }
}

function alive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return holder.started === "" || holder.started === startOf(holder.pid);
}

/** Boot id and start time in clock ticks (proc(5), `stat` field 22) where there is a `/proc`; else "". */
function startOf(pid: number): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return `${boot}:${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""}`;
  } catch {
    return "";
  }
}
