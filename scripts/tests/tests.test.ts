import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { missingTools, tools } from "./tools.mjs";
import { addTallies, readReport, settle } from "./vitest-report.mjs";

const one = (status: string, fullName = status) => ({ status, fullName });
const file = (name: string, status: string, ...assertionResults: object[]) => ({
  name,
  status,
  assertionResults,
});
const report = (...testResults: object[]) => JSON.stringify({ testResults });

test("passed and failed are counted, what did not run is named", () => {
  const text = report(
    file("a", "failed", one("passed"), one("failed")),
    file("b", "passed", one("passed"), one("skipped", "the lazy one"), one("todo", "the late one")),
  );
  expect(readReport(text, 1)).toMatchObject({
    passed: 2,
    failed: 1,
    notRun: ["the lazy one", "the late one"],
    failedFiles: ["a"],
  });
});

test("a file that could not be loaded is a failure", () => {
  expect(readReport(report(file("a", "failed")), 1)).toMatchObject({ failed: 1, failedFiles: ["a"] });
});

test("what failed is told with its reason, for whoever sees only the end of a long log", () => {
  const failed = { ...one("failed", "it works"), failureMessages: ["Error: no\n    at there"] };
  const unloaded = { ...file("b", "failed"), message: "Cannot find module" };
  expect(readReport(report(file("a", "failed", failed), unloaded), 1).failures).toEqual([
    "a > it works\n    Error: no\n    at there",
    "b\n    Cannot find module",
  ]);
});

test("a run that ended badly has failed, whatever its report says", () => {
  expect(readReport(report(file("a", "passed", one("passed"))), 1)).toMatchObject({ passed: 1, failed: 1 });
  expect(readReport(undefined, 1).failed).toBe(1);
});

test("sums go over all runs", () => {
  const sum = addTallies([
    readReport(report(file("a", "passed", one("passed"), one("passed"))), 0),
    readReport(report(file("b", "failed", one("passed"), one("failed"), one("skipped", "x"))), 1),
    readReport(undefined, 1),
  ]);
  expect(sum).toMatchObject({ passed: 3, failed: 2, notRun: ["x"], failedFiles: ["b"] });
});

describe("a second run of the files that failed", () => {
  const first = readReport(
    report(
      file("good", "passed", one("passed")),
      file("bad", "failed", one("passed"), one("failed"), one("skipped", "after it")),
    ),
    1,
  );

  test("counts in place of the first", () => {
    const second = readReport(report(file("bad", "passed", one("passed"), one("passed"), one("passed"))), 0);
    expect(settle(first, second)).toMatchObject({
      passed: 4,
      failed: 0,
      notRun: [],
      failedFiles: [],
      failures: [],
    });
  });

  test("fails what fails again", () => {
    const second = readReport(report(file("bad", "failed", one("passed"), one("failed"), one("passed"))), 1);
    expect(settle(first, second)).toMatchObject({ passed: 3, failed: 1, failedFiles: ["bad"] });
  });

  test("fails what did not come back", () => {
    expect(settle(first, readReport(report(), 0)).failed).toBe(1);
    expect(settle(first, readReport(undefined, 1)).failed).toBeGreaterThan(0);
  });
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
