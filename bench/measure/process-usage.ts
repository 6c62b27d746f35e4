import { readdirSync, readFileSync } from "node:fs";

/** Kernel clock ticks a second as `/proc` counts them; fixed at 100 on Linux for user space. */
const TICKS_PER_SECOND = 100;

/** What a process has used up to now. */
export interface ProcessUsage {
  /** User and system time of all its threads, seconds. */
  cpuSeconds: number;
  /** Resident memory, bytes. */
  residentBytes: number;
}

/** Reads a process's usage. Throws when it is gone. */
export function usageOf(pid: number): ProcessUsage {
  return {
    cpuSeconds: parseStat(readFileSync(`/proc/${pid}/stat`, "utf8")),
    residentBytes: parseResident(readFileSync(`/proc/${pid}/status`, "utf8")),
  };
}

/** CPU seconds of a process's threads of that name; 0 without one. Throws when the process is gone. */
export function threadCpuSeconds(pid: number, name: string): number {
  const stats = readdirSync(`/proc/${pid}/task`).map((task) =>
    readFileSync(`/proc/${pid}/task/${task}/stat`, "utf8"),
  );
  return stats
    .filter((stat) => stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")")) === name)
    .reduce((sum, stat) => sum + parseStat(stat), 0);
}

/** CPU seconds out of `/proc/PID/stat` (proc(5)): fields 14 and 15, counted after the name, which may hold anything. */
export function parseStat(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  if (!Number.isFinite(user) || !Number.isFinite(system)) throw new Error("not a /proc/PID/stat");
  return (user + system) / TICKS_PER_SECOND;
}

/** Bytes of `VmRSS` out of `/proc/PID/status`. */
export function parseResident(status: string): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) throw new Error("not a /proc/PID/status of a live process");
  return Number(kilobytes) * 1024;
}
