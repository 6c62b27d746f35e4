// npm run fix: formats, applies safe lint fixes and mends the lock file.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mendedLockFile } from "./checks/lock-file.mjs";
import { requireSetUp } from "./node-floor.mjs";
import { root } from "./root.mjs";
import { runNode } from "./run.mjs";

requireSetUp();
const lockFile = join(root, "package-lock.json");
const lock = readFileSync(lockFile, "utf8");
const mended = mendedLockFile(lock, readFileSync(join(root, "package.json"), "utf8"));
if (mended !== lock) {
  writeFileSync(lockFile, mended);
  console.log("Mended package-lock.json.");
}
const { code } = await runNode(["node_modules/@biomejs/biome/bin/biome", "check", "--write", "."], {
  show: true,
});
process.exit(code);
