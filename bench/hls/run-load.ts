import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs a load script of this folder to its end, in a process of its own; resolves with what it printed. */
export async function runLoad<Result>(
  script: string,
  words: readonly (string | number)[],
  timeoutMs: number,
): Promise<Result> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const { stdout } = await run(process.execPath, ["--import", "tsx", file, ...words.map(String)], {
    timeout: timeoutMs,
    maxBuffer: 1_000_000,
  });
  return JSON.parse(stdout) as Result;
}
