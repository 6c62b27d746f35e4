import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} SourceFile
 * @property {string} path relative to the repository
 * @property {string} text
 */

const sourceFile = /\.(?:ts|tsx|mts|mjs|js|cjs|cc|c|h|css|sql|sh|md|json|gyp|yml|html)$|^\.ci\/run$/;
const generated = /(?:^|\/)(?:package-lock\.json|routeTree\.gen\.ts)$|^apps\/control\/migrations\//;

/**
 * Files of the repository that people wrote: tracked, or new and not ignored.
 * @param {string} root
 * @returns {SourceFile[]}
 */
export function writtenFiles(root) {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  return listed
    .split("\0")
    .filter((path) => sourceFile.test(path) && !generated.test(path))
    .flatMap((path) => {
      try {
        return [{ path, text: readFileSync(join(root, path), "utf8") }];
      } catch {
        return []; // Deleted, not yet committed.
      }
    });
}
