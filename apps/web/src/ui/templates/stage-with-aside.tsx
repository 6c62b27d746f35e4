import type { ReactNode } from "react";

/** The picture large, what belongs to it below, company at the side; one column on a phone. */
export function StageWithAside(props: { stage: ReactNode; below: ReactNode; aside: ReactNode }) {
  return (
    <div className="mx-auto grid w-full max-w-[104rem] gap-x-6 pb-28 sm:px-6 sm:pt-6 lg:grid-cols-[minmax(0,1fr)_22.5rem] lg:pb-16">
      <div className="min-w-0">
        {props.stage}
        <div className="px-4 pt-5 sm:px-0">{props.below}</div>
      </div>
      <aside className="flex min-w-0 flex-col gap-5 px-4 pt-6 sm:px-0 lg:pt-0">{props.aside}</aside>
    </div>
  );
}
