import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runNode } from "../run.mjs";
import { readReport, settle } from "./vitest-report.mjs";

/**
 * Runs one of Vitest's projects to its end. On CI, where machines are shared, files in which a test failed are run once
 * more, whole, one after the other: what fails for want of a processor passes then, what is broken fails twice.
 * @param {string} project
 * @param {readonly string[]} filters as on Vitest's command line; none: all files
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<import("./vitest-report.mjs").Tally>}
 */
export async function runProject(project, filters, env) {
  const first = await runVitest(project, filters, env);
  if (env.CI === undefined || first.failedFiles.length === 0) return first;
  console.log(`${project}: once more what failed: ${first.failedFiles.join(" ")}`);
  return settle(first, await runVitest(project, first.failedFiles, env, ["--no-file-parallelism"]));
}

/**
 * @param {string} project
 * @param {readonly string[]} filters
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} options more of Vitest's options
 */
async function runVitest(project, filters, env, options = []) {
  const folder = mkdtempSync(join(tmpdir(), "sameroom-tests-"));
  const file = join(folder, `${project}.json`);
  try {
    const { code, seconds } = await runNode(
      [
        "node_modules/vitest/vitest.mjs",
        "run",
        ...["--project", project],
        ...["--reporter", "default", "--reporter", "json", `--outputFile.json=${file}`],
        ...options,
        ...(filters.length === 0 ? [] : ["--passWithNoTests", ...filters]),
      ],
      { env, show: true },
    );
    console.log(`${project}: ${seconds.toFixed(0)} s`);
    return readReport(existsSync(file) ? readFileSync(file, "utf8") : undefined, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
