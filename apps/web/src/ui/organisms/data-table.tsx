import type { ReactNode } from "react";

export interface Column<Row> {
  key: string;
  name: string;
  cell: (row: Row) => ReactNode;
  align?: "end";
}

/** A table that becomes a list of cards on a phone; every cell keeps its column's name there. */
export function DataTable<Row>(props: {
  caption: string;
  columns: ReadonlyArray<Column<Row>>;
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}) {
  return (
    <div className="overflow-hidden rounded-3xl border border-line bg-surface">
      <table className="w-full border-collapse text-left text-[0.95rem] max-md:block">
        <caption className="sr-only">{props.caption}</caption>
        <thead className="bg-sunken text-sm text-ink-soft max-md:sr-only">
          <tr>
            {props.columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={`px-4 py-3 font-semibold ${column.align === "end" ? "text-right" : ""}`}
              >
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="max-md:block">
          {props.rows.map((row) => (
            <tr
              key={props.keyOf(row)}
              className="border-t border-line max-md:block max-md:p-4 max-md:first:border-t-0"
            >
              {props.columns.map((column) => (
                <td
                  key={column.key}
                  className={`px-4 py-3 align-middle max-md:flex max-md:items-center max-md:justify-between max-md:gap-4 max-md:px-0 max-md:py-1.5 ${column.align === "end" ? "md:text-right" : ""}`}
                >
                  <span aria-hidden="true" className="shrink-0 text-sm text-ink-faint md:hidden">
                    {column.name}
                  </span>
                  <span className="min-w-0">{column.cell(row)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
