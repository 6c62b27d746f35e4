/** STYLE: think at 300 lines, never above this. */
const most = 500;
const code = /\.(?:ts|tsx|mts|mjs|js|cjs|cc|c|h|css)$/;

/**
 * Source files that are too long to be one thing.
 * @param {readonly import("./files.mjs").SourceFile[]} files
 */
export function fileSizeFaults(files) {
  return files
    .filter(({ path }) => code.test(path))
    .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
    .filter(({ lines }) => lines > most)
    .map(({ path, lines }) => `${path}: ${lines} lines, at most ${most}`);
}
