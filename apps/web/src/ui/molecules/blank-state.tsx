import type { ReactNode } from "react";

/** Stands where there is nothing, or nothing yet: says why, and what can be done. */
export function BlankState(props: {
  picture?: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  level?: 1 | 2;
}) {
  const isPage = props.level === 1;
  const Heading = isPage ? "h1" : "h2";
  return (
    <div className="flex animate-rise flex-col items-center gap-4 px-4 py-14 text-center">
      {props.picture}
      <Heading className={`max-w-xl font-bold ${isPage ? "mt-2 text-3xl sm:text-4xl" : "text-2xl"}`}>
        {props.title}
      </Heading>
      {props.children && <div className="max-w-lg text-pretty text-ink-soft">{props.children}</div>}
      {props.actions && <div className="mt-2 flex flex-wrap justify-center gap-3">{props.actions}</div>}
    </div>
  );
}
