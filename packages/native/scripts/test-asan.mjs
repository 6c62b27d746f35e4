// Runs the native tests against the AddressSanitizer build.
import { spawnSync } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const root = resolve(here, "..", "..");

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { stdio: "inherit", ...options });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function library(name) {
  const path = spawnSync("g++", [`-print-file-name=${name}`], { encoding: "utf8" }).stdout.trim();
  if (!path.startsWith("/")) {
    console.error(`${name} was not found; it comes with g++.`);
    process.exit(1);
  }
  return path;
}

run(process.execPath, [join(here, "scripts", "build.mjs"), "--asan"]);
run(
  process.execPath,
  [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "packages/native", ...process.argv.slice(2)],
  {
    cwd: root,
    env: {
      ...process.env,
      LD_PRELOAD: [library("libasan.so"), library("libubsan.so")].join(":"),
      // Node itself keeps memory until it exits.
      ASAN_OPTIONS: "detect_leaks=0:abort_on_error=1:halt_on_error=1",
      UBSAN_OPTIONS: "halt_on_error=1:print_stacktrace=1",
      SAMEROOM_NATIVE_ADDON: join(here, "build", "Debug", "sameroom_native.node"),
    },
  },
);
