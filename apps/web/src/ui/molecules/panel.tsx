import { type ReactNode, useId } from "react";
import { joinClasses } from "../join-classes.ts";

/** A named part of a page on a surface of its own. */
export function Panel(props: { title: string; aside?: ReactNode; children: ReactNode; className?: string }) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={joinClasses("rounded-3xl border border-line bg-surface p-5", props.className)}
    >
      <div className="mb-4 flex min-h-6 items-center justify-between gap-3">
        <h2 id={id} className="text-lg font-bold">
          {props.title}
        </h2>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}
