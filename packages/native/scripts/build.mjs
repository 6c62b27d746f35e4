// Builds the addon with node-gyp against the headers of the Node that runs this script. Skips when nothing changed.
//   node scripts/build.mjs [--asan] [--force] [--quiet] [--directory <folder with binding.gyp>]
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const args = process.argv.slice(2);
const asan = args.includes("--asan");
const here = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const directory = args.includes("--directory")
  ? resolve(args[args.indexOf("--directory") + 1] ?? here)
  : here;
const configuration = asan ? "Debug" : "Release";
const target = /"target_name":\s*"(\w+)"/.exec(readFileSync(join(directory, "binding.gyp"), "utf8"))?.[1];
const output = join(directory, "build", configuration, `${target}.node`);
const stamp = join(directory, "build", `${configuration}.sources`);

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !["build", "node_modules", "dist"].includes(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sources(path);
      return /\.(cc|h|c|gyp)$/.test(entry.name) ? [path] : [];
    })
    .sort();
}

function fingerprint() {
  const hash = createHash("sha256").update(`${process.version} ${process.arch} ${configuration}`);
  for (const path of sources(directory)) hash.update(path).update(readFileSync(path));
  return hash.digest("hex");
}

function isMissing(command) {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).error !== undefined;
}

/** node-gyp comes with npm: on PATH in lifecycle scripts, else inside npm's own folder. */
function findNodeGyp() {
  const candidates = [];
  if (process.env.npm_config_node_gyp) candidates.push(process.env.npm_config_node_gyp);
  if (process.env.npm_execpath) {
    candidates.push(
      join(dirname(process.env.npm_execpath), "..", "node_modules", "node-gyp", "bin", "node-gyp.js"),
    );
  }
  const prefix = resolve(dirname(process.execPath), "..");
  for (const lib of ["lib", "share", "."]) {
    candidates.push(
      join(prefix, lib, "node_modules", "npm", "node_modules", "node-gyp", "bin", "node-gyp.js"),
    );
    candidates.push(join(prefix, lib, "nodejs", "npm", "node_modules", "node-gyp", "bin", "node-gyp.js"));
  }
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    candidates.push(
      join(folder, "..", "lib", "node_modules", "npm", "node_modules", "node-gyp", "bin", "node-gyp.js"),
    );
  }
  candidates.push("/usr/share/nodejs/node-gyp/bin/node-gyp.js");
  try {
    candidates.push(createRequire(import.meta.url).resolve("node-gyp/bin/node-gyp.js"));
  } catch {
    // Not installed as a package: npm's own copy is the usual one.
  }
  return candidates.find((path) => existsSync(path));
}

function fail(message) {
  console.error(`\nThe native addon cannot be built.\n${message}\n`);
  process.exit(1);
}

if (process.platform !== "linux") {
  fail(`It needs Linux (recvmmsg, UDP_SEGMENT, epoll); this is ${process.platform}.`);
}
const wanted = fingerprint();
if (
  !args.includes("--force") &&
  existsSync(output) &&
  existsSync(stamp) &&
  readFileSync(stamp, "utf8") === wanted
) {
  if (!args.includes("--quiet")) console.log(`${target} (${configuration}) is up to date.`);
  process.exit(0);
}
const missing = ["python3", "make", "g++"].filter(isMissing);
if (missing.length > 0) {
  fail(`Missing: ${missing.join(", ")}. On Debian or Ubuntu: apt-get install python3 make g++`);
}
const nodeGyp = findNodeGyp();
if (!nodeGyp)
  fail("node-gyp was not found; it comes with npm. Install npm, then run: npm run build -w @sameroom/native");

const prefix = resolve(dirname(process.execPath), "..");
const headers = existsSync(join(prefix, "include", "node", "node_api.h")) ? [`--nodedir=${prefix}`] : [];
const jobs = String(Math.max(1, Math.min(4, cpus().length)));
console.log(`Building ${target} (${configuration}) ...`);
const started = Date.now();
const run = spawnSync(
  process.execPath,
  [nodeGyp, "configure", "build", asan ? "--debug" : "--release", ...headers, "-j", jobs, "--loglevel=warn"],
  { cwd: directory, stdio: "inherit" },
);
if (run.status !== 0 || !existsSync(output)) {
  fail("The compiler's messages are above. It needs g++ 10 or later and the headers of this Node.");
}
mkdirSync(dirname(stamp), { recursive: true });
writeFileSync(stamp, wanted);
console.log(`Built ${target} in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
