import type { ReactNode } from "react";

/** A page of ordinary width with room around it. */
export function Page({ children }: { children: ReactNode }) {
  return (
    <div className="mx-auto w-full max-w-[84rem] px-4 pt-6 pb-16 sm:px-6 lg:px-10 lg:pt-10">{children}</div>
  );
}

/** Heading of a page with what it is about and what can be done. */
export function PageHeading(props: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="mb-8 flex flex-wrap items-end justify-between gap-4">
      <div className="min-w-0">
        <h1 className="text-3xl font-bold sm:text-4xl">{props.title}</h1>
        {props.children && <div className="mt-2 text-ink-soft">{props.children}</div>}
      </div>
      {props.actions && <div className="flex flex-wrap gap-3">{props.actions}</div>}
    </div>
  );
}
