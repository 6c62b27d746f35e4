import { readFileSync } from "node:fs";

/** A process, told apart from a later one with the same id where the system allows it (Linux). */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot together with the boot's id, or null where unknown. */
  readonly started: string | null;
}

/** Identity of the running process `pid`, or undefined when there is none. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return undefined;
  }
  return { pid, started: startOf(pid) };
}

/** Whether the process that `identity` describes is still the one running under that id. */
export function isRunning(identity: ProcessIdentity): boolean {
  const now = identifyProcess(identity.pid);
  if (now === undefined) return false;
  return identity.started === null || now.started === null || identity.started === now.started;
}

/** proc(5): field 22 of `stat`, counted after the last parenthesis, for the name may hold anything. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return ticks === undefined ? null : `${boot}/${ticks}`;
  } catch {
    return null;
  }
}
