import { spawn } from "node:child_process";
import { root } from "./root.mjs";

/**
 * @typedef {object} RunResult
 * @property {number} code exit code; 1 when the program could not be started or was ended by a signal
 * @property {string} output what it wrote to standard output and error, in the order it came
 * @property {number} seconds how long it took
 */

/**
 * Runs a program to its end and keeps what it writes.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean }} [options] `show`: pass the output on as it comes
 * @returns {Promise<RunResult>}
 */
export function run(command, args, options = {}) {
  const { cwd = root, env = process.env, show = false } = options;
  const started = performance.now();
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(command, [...args], {
      cwd,
      env,
      stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8");
      stream?.on("data", (chunk) => {
        output += chunk;
      });
    }
    /** @param {number} code */
    const end = (code) => resolve({ code, output, seconds: (performance.now() - started) / 1000 });
    child.once("error", (error) => {
      output += `${command}: ${error.message}\n`;
      end(1);
    });
    child.once("close", (code) => end(code ?? 1));
  });
}

/**
 * Runs a Node script with the Node that runs this one.
 * @param {readonly string[]} args script and its arguments
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runNode(args, options) {
  return run(process.execPath, args, options);
}
