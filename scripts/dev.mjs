// npm run dev: compiles on every change, restarts Sameroom when its programs changed, and serves the web app with hot
// reload on port 5173 (the API behind it is the Sameroom started here).
import { spawn } from "node:child_process";
import { existsSync, watch } from "node:fs";
import { join } from "node:path";
import { ensureBuilt } from "./compile/ensure-built.mjs";
import { requireSetUp } from "./node-floor.mjs";
import { root } from "./root.mjs";

/** Quiet time after the last change before the restart, ms: the compiler writes many files. */
const settleMs = 400;

requireSetUp();
if (!(await ensureBuilt())) process.exit(1);

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
let ending = false;

/**
 * @param {readonly string[]} args
 * @param {string} [cwd]
 */
function launch(args, cwd = root) {
  const child = spawn(process.execPath, [...args], {
    cwd,
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/**
 * Ends the child with all it started: the compiler's launcher does not pass signals on.
 * @param {import("node:child_process").ChildProcess} child
 */
function end(child) {
  if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
}

function launchSameroom() {
  return launch([join(root, "apps/cli/dist/main.js"), "start", ...process.argv.slice(2)]);
}

launch(["node_modules/typescript-native/bin/tsc", "-b", "-w", "--preserveWatchOutput"]);
launch([join(root, "node_modules/vite/bin/vite.js")], join(root, "apps/web"));
let sameroom = launchSameroom();
let restarting = false;

async function restart() {
  if (restarting || ending) return;
  restarting = true;
  if (running.has(sameroom)) {
    const gone = new Promise((resolve) => sameroom.once("exit", resolve));
    end(sameroom);
    await gone;
  }
  restarting = false;
  if (!ending) sameroom = launchSameroom();
}

/** @type {NodeJS.Timeout | undefined} */
let settling;
const watched = ["base", "contract", "protocol", "engine", "native"].map((name) => `packages/${name}/dist`);
for (const folder of [...watched, "apps/control/dist", "apps/media/dist", "apps/cli/dist"]) {
  if (!existsSync(join(root, folder))) continue;
  watch(join(root, folder), { recursive: true }, (_event, file) => {
    if (!file?.endsWith(".js")) return;
    clearTimeout(settling);
    settling = setTimeout(restart, settleMs);
  });
}

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, async () => {
    if (ending) return;
    ending = true;
    const gone = [...running].map((child) => new Promise((resolve) => child.once("exit", resolve)));
    for (const child of running) end(child);
    await Promise.all(gone);
    process.exit(0);
  });
}
