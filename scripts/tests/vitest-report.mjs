/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} notRun tests that were left out, by name
 * @property {readonly string[]} failedFiles paths of files in which a test failed, or that could not be loaded
 * @property {readonly string[]} failures what failed and why, a text of a few lines each
 * @property {readonly FileTally[]} files
 */

/**
 * @typedef {object} FileTally
 * @property {string} path
 * @property {number} passed
 * @property {number} failed a file that could not be loaded, or whose hooks failed, counts as one at least
 * @property {readonly string[]} notRun
 * @property {readonly string[]} failures
 */

/** Enough of a message to know what went wrong, without the whole stack. */
const LINES_OF_MESSAGE = 6;

/**
 * Counts of one Vitest run out of its JSON report.
 * @param {string | undefined} text undefined where Vitest wrote none: it failed itself, which must not look like "0 failed"
 * @param {number} code Vitest's exit code
 * @returns {Tally}
 */
export function readReport(text, code) {
  if (text === undefined) return sumOf([], 1);
  const files = JSON.parse(text).testResults.map(readFile);
  const tally = sumOf(files);
  // Unhandled errors outside of all tests have no entry in the report.
  return code !== 0 && tally.failed === 0 ? sumOf(files, 1) : tally;
}

/**
 * What holds after the failed files of `first` were run again: their second results in place of the first.
 * @param {Tally} first
 * @param {Tally} second
 * @returns {Tally}
 */
export function settle(first, second) {
  const again = new Set(first.failedFiles);
  const files = [...first.files.filter(({ path }) => !again.has(path)), ...second.files];
  // A file that did not come back the second time has not passed.
  const lost = [...again].filter((path) => !second.files.some((file) => file.path === path));
  return sumOf(files, lost.length + (second.failed - failedIn(second.files)));
}

/**
 * Sums of several runs.
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function addTallies(tallies) {
  const files = tallies.flatMap((one) => one.files);
  return sumOf(files, tallies.reduce((sum, one) => sum + one.failed, 0) - failedIn(files));
}

/**
 * @param {readonly FileTally[]} files
 * @param {number} besides failures that belong to no file
 * @returns {Tally}
 */
function sumOf(files, besides = 0) {
  return {
    passed: files.reduce((sum, { passed }) => sum + passed, 0),
    failed: failedIn(files) + besides,
    notRun: files.flatMap(({ notRun }) => notRun),
    failedFiles: files.filter(({ failed }) => failed > 0).map(({ path }) => path),
    failures: files.flatMap(({ failures }) => failures),
    files,
  };
}

/** @param {readonly FileTally[]} files */
function failedIn(files) {
  return files.reduce((sum, { failed }) => sum + failed, 0);
}

/**
 * @param {any} result
 * @returns {FileTally}
 */
function readFile(result) {
  /** @type {readonly any[]} */
  const tests = result.assertionResults;
  /** @param {string} status */
  const having = (status) => tests.filter((one) => one.status === status).length;
  const failed = having("failed");
  return {
    path: result.name,
    passed: having("passed"),
    failed: result.status === "failed" ? Math.max(failed, 1) : failed,
    notRun: tests
      .filter(({ status }) => status !== "passed" && status !== "failed")
      .map((one) => one.fullName),
    failures: [
      // Of a file that could not be loaded, or whose hooks failed.
      ...(result.status === "failed" && failed === 0 ? [describeFailure(result.name, result.message)] : []),
      ...tests
        .filter(({ status }) => status === "failed")
        .map((one) =>
          describeFailure(`${result.name} > ${one.fullName}`, (one.failureMessages ?? []).join("\n")),
        ),
    ],
  };
}

/**
 * @param {string} name
 * @param {string | undefined} message
 */
function describeFailure(name, message) {
  const lines = (message ?? "").split("\n").filter((line) => line.trim() !== "");
  return [name, ...lines.slice(0, LINES_OF_MESSAGE).map((line) => `    ${line.trim()}`)].join("\n");
}
