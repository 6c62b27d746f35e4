import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { missingTools, tools } from "./tools.mjs";
import { addTallies, readReport } from "./vitest-report.mjs";

const one = (status: string, fullName = status) => ({ status, fullName });

test("passed and failed are counted, what did not run is named", () => {
  const report = JSON.stringify({
    testResults: [
      { status: "failed", assertionResults: [one("passed"), one("failed")] },
      {
        status: "passed",
        assertionResults: [one("passed"), one("skipped", "the lazy one"), one("todo", "the late one")],
      },
    ],
  });
  expect(readReport(report)).toEqual({ passed: 2, failed: 1, notRun: ["the lazy one", "the late one"] });
});

test("a file that could not be loaded is a failure", () => {
  expect(
    readReport(JSON.stringify({ testResults: [{ status: "failed", assertionResults: [] }] })).failed,
  ).toBe(1);
});

test("sums go over all runs", () => {
  const sum = addTallies([
    { passed: 3, failed: 0, notRun: [] },
    { passed: 4, failed: 1, notRun: ["x"] },
  ]);
  expect(sum).toEqual({ passed: 7, failed: 1, notRun: ["x"] });
});

test("a Chromium that the operator names must exist, and then it is the one", () => {
  const folder = mkdtempSync(join(tmpdir(), "sameroom-tools-"));
  const chromium = tools.find((tool) => tool.name === "Chromium")!;
  const path = join(folder, "my-chromium");
  expect(missingTools({ PATH: "", SAMEROOM_CHROMIUM: path }).map((tool) => tool.name)).toContain("Chromium");
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, 0o755);
  expect(chromium.find({ SAMEROOM_CHROMIUM: path })).toBe(path);
  rmSync(folder, { recursive: true });
});
