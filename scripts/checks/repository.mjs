import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { adrIndexFaults } from "./adr-index.mjs";
import { fileSizeFaults } from "./file-sizes.mjs";
import { writtenFiles } from "./files.mjs";
import { lockFileFaults } from "./lock-file.mjs";
import { looseEndFaults } from "./loose-ends.mjs";

/**
 * Everything about the repository that no compiler or linter sees, one line a fault.
 * @param {string} root
 */
export function repositoryFaults(root) {
  /** @param {string} path */
  const read = (path) => readFileSync(join(root, path), "utf8");
  const files = writtenFiles(root);
  return [
    ...fileSizeFaults(files),
    ...looseEndFaults(files),
    ...lockFileFaults(read("package-lock.json"), read("package.json")),
    ...adrIndexFaults(readdirSync(join(root, "docs/adr")), read("docs/adr/README.md")),
  ];
}
