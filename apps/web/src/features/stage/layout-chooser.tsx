import type { StageLayout } from "@sameroom/contract";
import { Columns2, LayoutGrid, PanelRight, PictureInPicture2 } from "lucide-react";
import { useId } from "react";
import { joinClasses } from "../../ui/join-classes.ts";

const LAYOUTS = [
  { id: "spotlight", label: "Spotlight", Icon: PanelRight },
  { id: "grid", label: "Grid", Icon: LayoutGrid },
  { id: "side-by-side", label: "Side by side", Icon: Columns2 },
  { id: "picture-in-picture", label: "Picture in picture", Icon: PictureInPicture2 },
] as const satisfies { id: StageLayout; label: string; Icon: typeof LayoutGrid }[];

/** How those on stage are arranged for everybody. */
export function LayoutChooser({
  chosen,
  onChoose,
}: {
  chosen: StageLayout;
  onChoose: (layout: StageLayout) => void;
}) {
  const name = useId();
  return (
    <fieldset className="flex min-w-0 gap-1.5">
      <legend className="sr-only">Layout</legend>
      {LAYOUTS.map(({ id, label, Icon }) => (
        <label
          key={id}
          title={label}
          className={joinClasses(
            "flex h-13 min-w-0 flex-1 cursor-pointer flex-col items-center justify-center gap-0.5 rounded-xl border border-line text-ink-soft transition-colors",
            "hover:border-line-strong has-checked:border-ember has-checked:bg-ember-wash/40 has-checked:text-ink",
            "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-[var(--focus)]",
          )}
        >
          <input
            type="radio"
            name={name}
            aria-label={label}
            checked={chosen === id}
            onChange={() => onChoose(id)}
            className="sr-only"
          />
          <Icon size={20} aria-hidden="true" />
        </label>
      ))}
    </fieldset>
  );
}
