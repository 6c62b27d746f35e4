import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";

/** Ends the process with words when Node is too old or `npm ci` has not been run: nothing else could be said then. */
export function requireSetUp() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Sameroom needs Node 20.19 or later; this is ${process.versions.node}.`);
    process.exit(1);
  }
  if (!existsSync(join(root, "node_modules", "typescript-native"))) {
    console.error("The dependencies are missing. Run: npm ci");
    process.exit(1);
  }
}
