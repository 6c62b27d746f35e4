// npm run build: native addon, TypeScript and web app, as far as they are stale.
import { ensureBuilt } from "./compile/ensure-built.mjs";
import { requireSetUp } from "./node-floor.mjs";

requireSetUp();
process.exit((await ensureBuilt()) ? 0 : 1);
