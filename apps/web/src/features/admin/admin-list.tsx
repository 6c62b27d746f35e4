import type { ReactNode } from "react";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { QueryFault } from "../api/query-fault.tsx";

/** A query, as far as a list shows how it goes. */
export interface Asked {
  isPending: boolean;
  error: unknown;
  data: unknown;
  refetch: () => unknown;
}

/** A list an admin looks at: its placeholder, its fault, its emptiness, or itself. */
export function AdminList(props: {
  query: Asked;
  empty: boolean | undefined;
  emptyText: string;
  children: ReactNode;
}) {
  const { query } = props;
  if (query.isPending) {
    return (
      <div role="status" className="flex flex-col gap-2">
        <span className="sr-only">Loading</span>
        <Skeleton className="h-12 rounded-2xl" />
        <Skeleton className="h-12 rounded-2xl" />
        <Skeleton className="h-12 rounded-2xl" />
      </div>
    );
  }
  if (query.error && query.data === undefined) return <QueryFault query={query} what="This list" />;
  if (props.empty)
    return <p className="rounded-3xl bg-sunken px-6 py-10 text-center text-ink-soft">{props.emptyText}</p>;
  return <div className="flex flex-col gap-4">{props.children}</div>;
}
