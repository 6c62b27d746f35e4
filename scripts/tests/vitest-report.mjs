/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} notRun tests that were left out, by name
 */

/**
 * Counts of one vitest run out of its JSON report. A file that could not be loaded counts as one failure.
 * @param {string} text
 * @returns {Tally}
 */
export function readReport(text) {
  const report = JSON.parse(text);
  const tests = report.testResults.flatMap((/** @type {any} */ file) => file.assertionResults);
  const broken = report.testResults.filter(
    (/** @type {any} */ file) =>
      file.status === "failed" &&
      !file.assertionResults.some((/** @type {any} */ one) => one.status === "failed"),
  );
  /** @param {string} status */
  const having = (status) => tests.filter((/** @type {any} */ one) => one.status === status).length;
  return {
    passed: having("passed"),
    failed: having("failed") + broken.length,
    notRun: tests
      .filter((/** @type {any} */ one) => one.status !== "passed" && one.status !== "failed")
      .map((/** @type {any} */ one) => one.fullName),
  };
}

/**
 * Sums of several runs.
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function addTallies(tallies) {
  return {
    passed: tallies.reduce((sum, one) => sum + one.passed, 0),
    failed: tallies.reduce((sum, one) => sum + one.failed, 0),
    notRun: tallies.flatMap((one) => one.notRun),
  };
}
