import type { ReactNode } from "react";
import { Poster } from "../atoms/poster.tsx";

/** A form in the middle of the page with the doorway beside it: logging in, signing up. */
export function Doorway(props: { title: string; lead: ReactNode; children: ReactNode; foot?: ReactNode }) {
  return (
    <div className="mx-auto grid w-full max-w-[68rem] gap-8 px-4 pt-6 pb-16 sm:px-6 lg:grid-cols-[1fr_26rem] lg:items-center lg:pt-14">
      <div className="relative hidden h-[34rem] overflow-hidden rounded-[2rem] lg:block">
        <Poster seed="empty room" className="size-full" />
        <p className="absolute inset-x-8 top-8 font-display text-4xl font-bold leading-tight text-white">
          Half a second apart.
          <br />
          In the same room.
        </p>
      </div>
      <div className="animate-rise">
        <h1 className="text-3xl font-bold">{props.title}</h1>
        <div className="mt-2 mb-7 text-ink-soft">{props.lead}</div>
        {props.children}
        {props.foot && <div className="mt-6 text-sm text-ink-soft">{props.foot}</div>}
      </div>
    </div>
  );
}
