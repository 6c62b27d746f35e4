// Prints what is to be compiled, for binding.gyp: one file for each folder of src/cpp, which includes all of its .cc files.
// Headers are read once a folder instead of once a file, which takes a third of the time. The files of `binding` name
// the same things each for themselves and stay apart.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const root = join(here, "src", "cpp");
const units = join(here, "build", "units");
const APART = ["binding"];

const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const sourcesIn = (folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".cc"))
    .sort()
    .map((name) => join(root, folder, name));

mkdirSync(units, { recursive: true });
for (const folder of [".", ...folders.map(({ name }) => name).sort()]) {
  const sources = sourcesIn(folder);
  if (APART.includes(folder)) {
    for (const source of sources) console.log(relative(here, source));
    continue;
  }
  const unit = join(units, `${folder === "." ? "all" : folder}.cc`);
  const text = sources.map((source) => `#include "${relative(root, source)}"\n`).join("");
  // Written again it would be compiled again.
  if (!existsSync(unit) || readFileSync(unit, "utf8") !== text) writeFileSync(unit, text);
  console.log(relative(here, unit));
}
