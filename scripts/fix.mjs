// npm run fix: formats, applies safe lint fixes, mends the lock file and the index of decision records.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { adrIndex } from "./checks/adr-index.mjs";
import { mendedLockFile } from "./checks/lock-file.mjs";
import { decisionRecords } from "./checks/repository.mjs";
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
writeFileSync(join(root, "docs/adr/README.md"), adrIndex(decisionRecords(root)));
const { code } = await runNode(["node_modules/@biomejs/biome/bin/biome", "check", "--write", "."], {
  show: true,
});
process.exit(code);
