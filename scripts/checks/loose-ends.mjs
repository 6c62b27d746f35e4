// Built from halves, so that this file does not find itself.
const marks = new RegExp(`\\b(?:${["TO" + "DO", "FIX" + "ME", "XX" + "X"].join("|")})\\b`);
const focusedOrSkipped = new RegExp(
  `\\b(?:test|it|describe|suite|bench)(?:\\.(?:concurrent|sequential|for|each))*\\.(?:${["on" + "ly", "sk" + "ip", "to" + "do", "sk" + "ipIf", "run" + "If"].join("|")})\\b` +
    `|\\b(?:context|ctx|t)\\.${"sk" + "ip"}\\(|(?<!\\.)\\b[xf](?:it|describe)\\(`,
);
const testFile = /\.test\.(?:ts|tsx|mts|mjs)$/;

/**
 * Notes to finish something later, and tests that would not run or would keep others from running.
 * @param {readonly import("./files.mjs").SourceFile[]} files
 */
export function looseEndFaults(files) {
  return files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) => {
      const where = `${path}:${index + 1}`;
      if (marks.test(line)) return [`${where}: finish it or make it an issue: ${line.trim()}`];
      if (testFile.test(path) && focusedOrSkipped.test(line))
        return [`${where}: every test runs: ${line.trim()}`];
      return [];
    }),
  );
}
