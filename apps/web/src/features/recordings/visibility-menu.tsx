import type { RecordingView, Visibility } from "@sameroom/contract";
import { Check, ChevronDown } from "lucide-react";
import { buttonClass } from "../../ui/atoms/button.tsx";
import { Menu } from "../../ui/molecules/menu.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { VISIBILITY_ICONS } from "../rooms/visibility-icons.ts";
import { visibilityChoices } from "../rooms/visibility-words.ts";
import { useChangeRecording } from "./recording-queries.ts";

/** Who may watch a recording, for its owner to change. */
export function VisibilityMenu(props: {
  recording: RecordingView;
  size?: "sm" | "md";
  align?: "left" | "right";
}) {
  const { recording, size = "md", align = "right" } = props;
  const change = useChangeRecording(recording.id);
  const toast = useToast();
  const choices = visibilityChoices("replay");
  const choose = (visibility: Visibility) => {
    if (visibility === recording.visibility) return;
    change.mutate(
      { visibility },
      {
        onSuccess: () => toast({ text: "Saved.", tone: "good" }),
        onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
      },
    );
  };
  const Icon = VISIBILITY_ICONS[recording.visibility];
  const label = choices.find(({ id }) => id === recording.visibility)?.label ?? "";
  return (
    <Menu
      label={`Who can watch: ${label}`}
      align={align}
      wide
      trigger={
        <span className={buttonClass("secondary", size)}>
          <Icon size={17} aria-hidden="true" /> {label}
          <ChevronDown size={16} aria-hidden="true" className="text-ink-faint" />
        </span>
      }
    >
      {(close) =>
        choices.map(({ id, label, hint }) => {
          const Each = VISIBILITY_ICONS[id];
          return (
            <button
              key={id}
              type="button"
              aria-pressed={id === recording.visibility}
              onClick={() => {
                choose(id);
                close();
              }}
              className="flex w-full items-start gap-3 rounded-xl px-3 py-2.5 text-left hover:bg-sunken"
            >
              <Each size={18} aria-hidden="true" className="mt-0.5 shrink-0 text-ink-soft" />
              <span className="min-w-0 flex-1">
                <span className="block font-semibold">{label}</span>
                <span className="block text-sm text-ink-soft">{hint}</span>
              </span>
              {id === recording.visibility && (
                <Check size={18} aria-hidden="true" className="mt-0.5 shrink-0 text-good" />
              )}
            </button>
          );
        })
      }
    </Menu>
  );
}
