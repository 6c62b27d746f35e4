import type { ReactNode } from "react";
import { useKeyboardInset } from "../hooks/use-keyboard-inset.ts";
import { useWide } from "../hooks/use-wide.ts";

export interface StageWithCompanyProps {
  /** What is shown; read to those who do not see the picture where `below` is not on the page. */
  title: string;
  stage: ReactNode;
  /** About what is shown: under the picture where there is room, else `company` has a place for it. */
  below: ReactNode;
  /** Fills its column; gets what belongs below when there is no room for it there. */
  company: (below: ReactNode | null) => ReactNode;
}

/**
 * The picture and those who watch it. At a desk company has a column of its own that stays while the page scrolls; on a
 * phone both fill the screen, one above the other, and the keyboard covers neither. A window that gets wider or narrower, a tablet that is
 * turned, leaves the picture, the stage and the chat as they are: nothing of them begins anew.
 */
export function StageWithCompany({ title, stage, below, company }: StageWithCompanyProps) {
  const wide = useWide();
  const keyboard = useKeyboardInset();
  return (
    <div
      className={
        wide
          ? "mx-auto grid w-full max-w-[110rem] grid-cols-[minmax(0,1fr)_23.5rem] gap-x-6 px-6 pt-6 pb-16"
          : "flex h-[calc(100dvh-4rem)] flex-col short:flex-row"
      }
      style={!wide && keyboard > 0 ? { height: `calc(100dvh - 4rem - ${keyboard}px)` } : undefined}
    >
      {!wide && <h1 className="sr-only">{title}</h1>}
      <div className={wide ? "min-w-0" : "shrink-0 short:min-w-0 short:flex-1"}>
        {stage}
        {wide && <div className="pt-5">{below}</div>}
      </div>
      <aside
        aria-label="Company"
        className={
          wide
            ? "sticky top-22 flex h-[calc(100dvh-7rem)] min-w-0 flex-col rounded-3xl border border-line bg-surface"
            : "flex min-h-0 min-w-0 flex-1 flex-col bg-surface short:w-76 short:flex-none"
        }
      >
        {company(wide ? null : below)}
      </aside>
    </div>
  );
}
