import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { root } from "../root.mjs";

// A package that came with a pull is found before `npm ci` has been run again: npm would make the same link.
const packages = join(root, "packages");
const links = join(root, "node_modules/@sameroom");
mkdirSync(links, { recursive: true });
for (const folder of readdirSync(packages)) {
  const manifest = join(packages, folder, "package.json");
  const link = join(links, folder);
  if (exists(manifest) && !exists(link) && nameIn(manifest) === `@sameroom/${folder}`)
    symlinkSync(join("../../packages", folder), link);
}

/** @param {string} path */
function exists(path) {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** @param {string} manifest */
function nameIn(manifest) {
  return JSON.parse(readFileSync(manifest, "utf8")).name;
}
