import { readdirSync, readFileSync } from "node:fs";
import { sleep } from "../harness/until.ts";
import { usageOf } from "./process-usage.ts";

/** CPU of a process and of the children it has now, ms a second, over some seconds. */
export async function cpuMsPerSecond(pid: number, seconds: number): Promise<number> {
  const used = () =>
    [pid, ...childrenOf(pid)].reduce((sum, each) => sum + usageOf(each).cpuSeconds * 1000, 0);
  const before = used();
  await sleep(seconds * 1000);
  return (used() - before) / seconds;
}

/** The child of a supervisor that runs this app: `control` or `media`. Throws when there is none. */
export function childNamed(parent: number, name: string): number {
  const found = childrenOf(parent).find((pid) =>
    readOrEmpty(`/proc/${pid}/cmdline`).includes(`apps/${name}/`),
  );
  if (found === undefined) throw new Error(`${name} does not run`);
  return found;
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => new RegExp(`^PPid:\\s+${parent}$`, "m").test(readOrEmpty(`/proc/${pid}/status`)));
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // It ended meanwhile.
    return "";
  }
}
