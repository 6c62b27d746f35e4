// npm start, npm run demo: builds what is missing or stale, then starts Sameroom in this process.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuilt } from "./compile/ensure-built.mjs";
import { requireSetUp } from "./node-floor.mjs";
import { root } from "./root.mjs";

requireSetUp();
if (!(await ensureBuilt())) {
  console.error("\nNot started: the build failed, see above.");
  process.exit(1);
}
const main = join(root, "apps/cli/dist/main.js");
process.argv.splice(1, 1, main, "start");
await import(pathToFileURL(main).href);
