const record = /^(\d{4})-[a-z0-9-]+\.md$/;

/**
 * The index of decision records must link each of them once, and nothing that is not there; no number twice.
 * @param {readonly string[]} names files in docs/adr
 * @param {string} index text of docs/adr/README.md
 */
export function adrIndexFaults(names, index) {
  const records = names.filter((name) => record.test(name)).sort();
  const linked = [...index.matchAll(/\]\((?:\.\/)?([^)\s#]+\.md)\)/g)].map((match) => match[1] ?? "");
  const numbers = records.map((name) => name.slice(0, 4));
  return [
    ...names
      .filter((name) => name !== "README.md" && !record.test(name))
      .map((name) => `docs/adr/${name}: not NNNN-title.md`),
    ...records
      .filter((_, at) => numbers.indexOf(numbers[at] ?? "") !== at)
      .map((name) => `docs/adr/${name}: its number is taken`),
    ...records
      .filter((name) => linked.filter((link) => link === name).length !== 1)
      .map((name) => `docs/adr/README.md: must list ${name} once`),
    ...linked
      .filter((name) => !names.includes(name))
      .map((name) => `docs/adr/README.md: ${name} does not exist`),
  ];
}
