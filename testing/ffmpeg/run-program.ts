import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const MOST_OUTPUT_BYTES = 256 * 1024 * 1024;

/** Runs a program of this folder in a process of its own; what it wrote. Rejects when it fails. */
export function runProgram(program: string, ...words: string[]): Promise<{ stdout: Buffer; stderr: string }> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ["--import", "tsx", path, ...words],
      { encoding: "buffer", maxBuffer: MOST_OUTPUT_BYTES },
      (error, stdout, stderr) =>
        error === null
          ? resolve({ stdout, stderr: stderr.toString() })
          : reject(new Error(`${program}: ${error.message}\n${stderr}`)),
    );
  });
}
