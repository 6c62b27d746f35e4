import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { adrFaults } from "./adr-index.mjs";
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
    ...adrFaults(decisionRecords(root)),
  ];
}

/**
 * All files of docs/adr.
 * @param {string} root
 */
export function decisionRecords(root) {
  const folder = join(root, "docs/adr");
  return readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
}
