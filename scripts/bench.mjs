// npm run bench -- <name> [--json FILE]: builds what is stale, then measures. docs/guide/benchmarks.md says what.
import { ensureBuilt } from "./compile/ensure-built.mjs";
import { requireSetUp } from "./node-floor.mjs";
import { runNode } from "./run.mjs";

requireSetUp();
if (!(await ensureBuilt())) process.exit(1);
const { code } = await runNode(["--import", "tsx", "bench/main.ts", ...process.argv.slice(2)], {
  show: true,
});
process.exit(code);
