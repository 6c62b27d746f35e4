import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../root.mjs";
import { runNode } from "../run.mjs";
import { fingerprint } from "./fingerprint.mjs";
import { steps } from "./steps.mjs";

const stampDirectory = join(root, "node_modules", ".cache", "sameroom");

/**
 * Builds what is missing or stale, in parallel, with a line for each step. Does nothing, quickly, when all is fresh.
 * Returns whether everything is built.
 * @param {readonly (keyof typeof steps)[]} [names]
 */
export async function ensureBuilt(names = ["addon", "typescript", "web"]) {
  const due = names
    .map((name) => ({ name, step: steps[name], print: fingerprint(root, steps[name]) }))
    .filter(isStale);
  if (due.length === 0) return true;
  console.log(`Building: ${due.map(({ step }) => step.name).join(", ")}`);
  const pending = new Set(due.map(({ step }) => step.name));
  const started = performance.now();
  const reminder = setInterval(() => {
    console.log(
      `  ${Math.round((performance.now() - started) / 1000)} s: still at ${[...pending].join(", ")}`,
    );
  }, 15_000);
  const results = await Promise.all(due.map((one) => build(one, pending)));
  clearInterval(reminder);
  return results.every(Boolean);
}

/** @param {{ name: string, step: import("./steps.mjs").BuildStep, print: string }} due */
function isStale({ name, step, print }) {
  if (!step.outputs.every((output) => existsSync(join(root, output)))) return true;
  const stamp = join(stampDirectory, name);
  return !existsSync(stamp) || readFileSync(stamp, "utf8") !== print;
}

/**
 * @param {{ name: string, step: import("./steps.mjs").BuildStep, print: string }} due
 * @param {Set<string>} pending
 */
async function build({ name, step, print }, pending) {
  const { code, output, seconds } = await runNode(step.args, { cwd: step.cwd });
  pending.delete(step.name);
  const missing = step.outputs.filter((file) => !existsSync(join(root, file)));
  const built = code === 0 && missing.length === 0;
  console.log(`  ${built ? "built" : "FAILED"} ${step.name} in ${seconds.toFixed(1)} s`);
  if (!built) {
    console.error(output.trimEnd());
    if (code === 0) console.error(`${step.name}: ${missing.join(", ")} is missing`);
    return false;
  }
  mkdirSync(stampDirectory, { recursive: true });
  writeFileSync(join(stampDirectory, name), print);
  return true;
}
