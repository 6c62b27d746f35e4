/**
 * The bare C loop the wire is measured against: for each packet and viewer AES-128-GCM (a context per viewer) and a
 * UDP send to a loopback sink that reads and counts. No rewriting, no cache, no statistics, no receiving.
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface CLoopOptions {
  /** Packets of the publisher; each goes to every viewer. */
  packets: number;
  /** RTP payload bytes, at most 1472. */
  size: number;
  viewers: number;
  /** `false`: one `sendto` each. A number: that many packets of a viewer per segmented send (UDP GSO), at most 64. */
  gso: number | false;
}

export interface CLoopResult {
  /** Sent packets, over all viewers. */
  packets: number;
  /** Not sent because the socket buffer was full. */
  dropped: number;
  /** What the sinks read until the loop ended. */
  received: number;
  /** CPU time of the sending thread, user and kernel. */
  cpuSeconds: number;
  wallSeconds: number;
}

interface NativeCLoop {
  run(packets: number, size: number, viewers: number, batch: number, out: Float64Array): number;
}

/** Runs the loop to its end; this thread is blocked meanwhile. Builds the addon at first use. Throws on a failed system call. */
export function runCLoop(options: CLoopOptions): CLoopResult {
  const out = new Float64Array(5);
  const batch = options.gso === false ? 1 : options.gso;
  const error = load().run(options.packets, options.size, options.viewers, batch, out);
  if (error !== 0) throw new Error(`The C loop failed with errno ${error}.`);
  const at = (index: number) => out[index] ?? 0;
  return { packets: at(0), dropped: at(1), received: at(2), cpuSeconds: at(3), wallSeconds: at(4) };
}

function load(): NativeCLoop {
  const here = dirname(fileURLToPath(import.meta.url));
  const script = join(here, "..", "..", "packages", "native", "scripts", "build.mjs");
  const built = spawnSync(process.execPath, [script, "--quiet", "--directory", here], { stdio: "inherit" });
  if (built.status !== 0) throw new Error("The C loop could not be built.");
  return createRequire(import.meta.url)(join(here, "build", "Release", "sameroom_c_loop.node"));
}
