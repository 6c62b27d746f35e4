// npm test: tests of pure code, unit and integration tests, then end-to-end tests, on the real thing. Installs what the tests need where it
// may, builds what is stale, skips nothing. The last line is "N passed, N failed".
// Arguments are passed to vitest: `npm test -- apps/control`.
import { ensureBuilt } from "./compile/ensure-built.mjs";
import { requireSetUp } from "./node-floor.mjs";
import { provideTools } from "./tests/provide-tools.mjs";
import { runProject } from "./tests/run-project.mjs";
import { tools } from "./tests/tools.mjs";
import { addTallies } from "./tests/vitest-report.mjs";

requireSetUp();
if (!(await provideTools(process.env))) process.exit(1);
if (!(await ensureBuilt())) process.exit(1);

const filters = process.argv.slice(2);
const chromium = tools[0]?.find(process.env);
const env = { ...process.env, ...(chromium === undefined ? {} : { SAMEROOM_CHROMIUM: chromium }) };
/** @type {import("./tests/vitest-report.mjs").Tally[]} */
const tallies = [];
for (const project of ["pure", "unit", "e2e"]) tallies.push(await runProject(project, filters, env));

const { passed, failed, notRun, failures } = addTallies(tallies);
for (const failure of failures) console.log(`FAILED: ${failure}`);
for (const name of notRun) console.log(`NOT RUN: ${name}`);
console.log(`${passed} passed, ${failed + notRun.length} failed`);
process.exit(failed + notRun.length > 0 ? 1 : 0);
