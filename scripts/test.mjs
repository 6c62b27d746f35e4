// npm test: tests of pure code, unit and integration tests, then end-to-end tests, on the real thing. Installs what the tests need where it
// may, builds what is stale, skips nothing. The last line is "N passed, N failed".
// Arguments are passed to vitest: `npm test -- apps/control`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuilt } from "./compile/ensure-built.mjs";
import { requireSetUp } from "./node-floor.mjs";
import { runNode } from "./run.mjs";
import { provideTools } from "./tests/provide-tools.mjs";
import { tools } from "./tests/tools.mjs";
import { addTallies, readReport } from "./tests/vitest-report.mjs";

requireSetUp();
if (!(await provideTools(process.env))) process.exit(1);
if (!(await ensureBuilt())) process.exit(1);

const filters = process.argv.slice(2);
const chromium = tools[0]?.find(process.env);
const env = { ...process.env, ...(chromium === undefined ? {} : { SAMEROOM_CHROMIUM: chromium }) };
const reports = mkdtempSync(join(tmpdir(), "sameroom-tests-"));
/** @type {import("./tests/vitest-report.mjs").Tally[]} */
const tallies = [];
let bad = false;

for (const project of ["pure", "unit", "e2e"]) {
  const file = join(reports, `${project}.json`);
  const { code, seconds } = await runNode(
    [
      "node_modules/vitest/vitest.mjs",
      "run",
      ...["--project", project],
      ...["--reporter", "default", "--reporter", "json", `--outputFile.json=${file}`],
      ...(filters.length === 0 ? [] : ["--passWithNoTests", ...filters]),
    ],
    { env, show: true },
  );
  console.log(`${project}: ${seconds.toFixed(0)} s`);
  if (code !== 0) bad = true;
  // No report: vitest itself failed, which must not look like "0 failed".
  tallies.push(
    existsSync(file) ? readReport(readFileSync(file, "utf8")) : { passed: 0, failed: 1, notRun: [] },
  );
}
rmSync(reports, { recursive: true, force: true });

const { passed, failed, notRun } = addTallies(tallies);
for (const name of notRun) console.log(`NOT RUN: ${name}`);
const missed = notRun.length + (bad && failed === 0 ? 1 : 0);
console.log(`${passed} passed, ${failed + missed} failed`);
process.exit(bad || failed + missed > 0 ? 1 : 0);
