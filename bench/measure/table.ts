/** A cell: numbers are set to the right. */
export type Cell = string | number;

/** Rows under a head, columns as wide as they need to be. Numbers come out as they are: round before. */
export function formatTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => String(row[column] ?? "").length)),
  );
  const line = (cells: readonly Cell[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof cell === "number" ? String(cell).padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

/** A count for people: `1 234 567`. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, " ");
}

/** A ratio for people: `12.3x`. */
export function ratio(part: number, whole: number): string {
  return whole > 0 ? `${(part / whole).toFixed(part / whole < 10 ? 2 : 1)}x` : "-";
}
