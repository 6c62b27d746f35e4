const record = /^(\d{4})-[a-z0-9-]+\.md$/;

const preface = `# Decision records

One page for each decision that would be expensive to undo: what was at stake, what we chose, what it costs and what
would make us choose again. A record is not rewritten when things change; a later one replaces it and says so. The list
is kept by \`npm run fix\`.

`;

/**
 * @typedef {object} AdrFile
 * @property {string} name file name in docs/adr
 * @property {string} text
 */

/**
 * The text of docs/adr/README.md that belongs to these records.
 * @param {readonly AdrFile[]} files
 */
export function adrIndex(files) {
  const records = files
    .filter(({ name }) => record.test(name))
    .sort((a, b) => a.name.localeCompare(b.name, "en"));
  return (
    preface + records.map((one) => `* [${one.name.slice(0, 4)}](${one.name}) ${titleOf(one)}\n`).join("")
  );
}

/**
 * The index must list every record; no number may be used twice; every record begins with its title.
 * @param {readonly AdrFile[]} files all of docs/adr
 */
export function adrFaults(files) {
  const records = files.filter(({ name }) => name !== "README.md");
  const index = files.find(({ name }) => name === "README.md")?.text;
  const numbers = records.map(({ name }) => name.slice(0, 4));
  return [
    ...records
      .filter(({ name }) => !record.test(name))
      .map(({ name }) => `docs/adr/${name}: not NNNN-title.md`),
    ...records
      .filter(({ name }, at) => record.test(name) && numbers.indexOf(name.slice(0, 4)) !== at)
      .map(({ name }) => `docs/adr/${name}: its number is taken`),
    ...records
      .filter((one) => titleOf(one) === "")
      .map(({ name }) => `docs/adr/${name}: begins without a title (# ...)`),
    ...(index === adrIndex(files)
      ? []
      : ["docs/adr/README.md: does not list the records as they are; npm run fix mends that"]),
  ];
}

/** @param {AdrFile} file */
function titleOf({ text }) {
  const heading = /^# +(.+)$/m.exec(text)?.[1] ?? "";
  return heading.replace(/^(?:ADR[ -]?)?\d{4}[.:]? *(?:[—–-] *)?/, "").trim();
}
