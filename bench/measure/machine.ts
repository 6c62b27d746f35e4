import { spawnSync } from "node:child_process";
import { cpus, loadavg, release } from "node:os";

/** Where the numbers were measured. */
export interface Machine {
  cpu: string;
  cores: number;
  kernel: string;
  node: string;
  /** null where it is not installed. */
  chromium: string | null;
  /** Load average of the last minute when the benchmark began: others may have been busy. */
  loadBefore: number;
}

/** Names the machine; `chromiumPath` is asked for its version. */
export function describeMachine(chromiumPath: string): Machine {
  const [first] = cpus();
  const asked = spawnSync(chromiumPath, ["--version"], { encoding: "utf8", timeout: 20_000 });
  return {
    cpu: first?.model.trim() ?? "unknown",
    cores: cpus().length,
    kernel: release(),
    node: process.version,
    chromium: asked.status === 0 ? (/[\d.]{5,}/.exec(asked.stdout)?.[0] ?? null) : null,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

/** One line for people. */
export function presentMachine(machine: Machine): string {
  const { cpu, cores, kernel, node, chromium, loadBefore } = machine;
  return `${cpu}, ${cores} cores, Linux ${kernel}, Node ${node}, Chromium ${chromium ?? "none"}, load ${loadBefore}`;
}
