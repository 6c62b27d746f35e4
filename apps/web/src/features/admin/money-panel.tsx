import type { ReactNode } from "react";
import { type Column, DataTable } from "../../ui/organisms/data-table.tsx";
import { AdminList, type Asked } from "./admin-list.tsx";

/** A part of the page about money: its title, perhaps something to do (`action`), and a table of what there is. */
export function MoneyPanel<Row>(props: {
  id: string;
  title: string;
  /** Of the table, for screen readers; default: the title. */
  caption?: string;
  action?: ReactNode;
  query: Asked;
  rows: readonly Row[] | undefined;
  emptyText: string;
  keyOf: (row: Row) => string;
  columns: ReadonlyArray<Column<Row>>;
  /** A dialog. */
  children?: ReactNode;
}) {
  const { id, title, caption = title, action, query, rows, emptyText, keyOf, columns, children } = props;
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <div className="flex items-center justify-between gap-3">
        <h2 id={id} className="text-lg font-bold">
          {title}
        </h2>
        {action}
      </div>
      <AdminList query={query} empty={rows?.length === 0} emptyText={emptyText}>
        <DataTable caption={caption} rows={rows ?? []} keyOf={keyOf} columns={columns} />
      </AdminList>
      {children}
    </section>
  );
}
