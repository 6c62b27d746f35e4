// npm run check: what must hold before anything is committed. Several checks at a time; the faults of all are shown.
import { cpus } from "node:os";
import { repositoryFaults } from "./checks/repository.mjs";
import { requireSetUp } from "./node-floor.mjs";
import { root } from "./root.mjs";
import { runNode } from "./run.mjs";

requireSetUp();
const tsc = "node_modules/typescript-native/bin/tsc";

/** @type {{ name: string, run: () => Promise<{ code: number, output: string }> }[]} */
const checks = [
  { name: "types: packages and apps (tsc -b)", run: () => runNode([tsc, "-b"]) },
  { name: "import fences (dependency-cruiser)", run: () => runNode(["scripts/checks/fences.mjs"]) },
  {
    name: "types: tests, e2e, bench, testing, scripts",
    run: () => runNode([tsc, "-p", "tsconfig.tests.json"]),
  },
  { name: "types: web app", run: () => runNode([tsc, "-p", "apps/web", "--noEmit"]) },
  {
    name: "format and lint (biome)",
    run: () =>
      runNode([
        "node_modules/@biomejs/biome/bin/biome",
        "check",
        "--error-on-warnings",
        "--max-diagnostics=100",
        ".",
      ]),
  },
  {
    name: "repository (sizes, loose ends, lock file, decision records)",
    run: async () => {
      const faults = repositoryFaults(root);
      return { code: faults.length === 0 ? 0 : 1, output: faults.join("\n") };
    },
  },
];

const started = performance.now();
const waiting = [...checks];
/** @type {string[]} */
const failed = [];

async function worker() {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const begun = performance.now();
    const { code, output } = await check.run();
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    console.log(`${code === 0 ? "ok    " : "FAULTS"}  ${check.name}  ${seconds} s`);
    if (code === 0) continue;
    failed.push(check.name);
    console.log(`${output.trimEnd()}\n`);
  }
}

await Promise.all(Array.from({ length: Math.max(2, Math.min(4, cpus().length)) }, worker));
const total = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  failed.length === 0
    ? `All checks passed in ${total} s.`
    : `${failed.length} of ${checks.length} checks found faults, in ${total} s.`,
);
process.exit(failed.length === 0 ? 0 : 1);
