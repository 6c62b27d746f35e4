import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "../root.mjs";
import { fingerprint, inputFiles } from "./fingerprint.mjs";
import { steps } from "./steps.mjs";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sameroom-fingerprint-"));
  mkdirSync(join(folder, "src/dist"), { recursive: true });
  writeFileSync(join(folder, "src/a.ts"), "one");
  writeFileSync(join(folder, "src/a.test.ts"), "test");
  writeFileSync(join(folder, "src/dist/a.js"), "output");
  writeFileSync(join(folder, "config.json"), "{}");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const step = {
  inputs: ["src", "config.json", "absent"],
  counts: (path: string) => path.endsWith(".ts") && !path.endsWith(".test.ts"),
  variant: "",
  args: [],
};

test("only what a step is made from counts, not its output, not tests, not times", () => {
  expect(inputFiles(folder, step)).toEqual(["config.json", "src/a.ts"]);
  const before = fingerprint(folder, step);
  writeFileSync(join(folder, "src/a.test.ts"), "another test");
  writeFileSync(join(folder, "src/dist/a.js"), "another output");
  utimesSync(join(folder, "src/a.ts"), 1, 1);
  expect(fingerprint(folder, step)).toBe(before);
});

test("a changed, a new, a renamed file and another variant each make the step due", () => {
  const seen = new Set([fingerprint(folder, step)]);
  writeFileSync(join(folder, "src/a.ts"), "two");
  seen.add(fingerprint(folder, step));
  writeFileSync(join(folder, "src/b.ts"), "");
  seen.add(fingerprint(folder, step));
  rmSync(join(folder, "src/b.ts"));
  writeFileSync(join(folder, "src/c.ts"), "");
  seen.add(fingerprint(folder, step));
  seen.add(fingerprint(folder, { ...step, variant: "v22" }));
  expect(seen.size).toBe(5);
});

test("every build step finds its inputs in this repository", () => {
  for (const one of Object.values(steps)) expect(inputFiles(root, one).length, one.name).toBeGreaterThan(2);
});
