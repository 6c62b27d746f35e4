import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Files below the inputs, sorted, relative to `root`.
 * @param {string} root
 * @param {Pick<import("./steps.mjs").BuildStep, "inputs" | "counts">} step
 */
export function inputFiles(root, step) {
  return step.inputs
    .flatMap((input) => walk(root, input))
    .filter((path) => step.inputs.includes(path) || step.counts(path))
    .sort();
}

/**
 * Hash of everything a step is made from: names and contents, not times, which a checkout changes.
 * @param {string} root
 * @param {Pick<import("./steps.mjs").BuildStep, "inputs" | "counts" | "variant" | "args">} step
 */
export function fingerprint(root, step) {
  const hash = createHash("sha256").update(JSON.stringify([step.variant, step.inputs]));
  for (const path of inputFiles(root, step))
    hash.update(`\n${path}\n`).update(readFileSync(join(root, path)));
  return hash.digest("hex");
}

/**
 * @param {string} root
 * @param {string} path
 * @returns {string[]}
 */
function walk(root, path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full, { withFileTypes: true })
    .filter((entry) => !["node_modules", "dist", "build"].includes(entry.name))
    .flatMap((entry) => walk(root, `${path}/${entry.name}`));
}
