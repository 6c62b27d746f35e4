import { Avatar } from "../../ui/atoms/avatar.tsx";
import { joinClasses } from "../../ui/join-classes.ts";

/** Something that can be put in place of what is being typed. */
export interface Completion {
  key: string;
  kind: "mention" | "emoji";
  /** Put into the text. */
  insert: string;
  /** Shown. */
  label: string;
}

/** What could be meant, over the composer; the keys that choose are the composer's. */
export function CompletionList(props: {
  id: string;
  items: readonly Completion[];
  active: number;
  onChoose: (item: Completion) => void;
}) {
  return (
    <div
      id={props.id}
      role="listbox"
      aria-label="Suggestions"
      className="absolute inset-x-2 bottom-full z-10 mb-1 animate-rise overflow-hidden rounded-2xl border border-line bg-raised p-1 shadow-float"
    >
      {props.items.map((item, index) => (
        <div
          key={item.key}
          id={`${props.id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === props.active}
          // The text keeps the focus, and a phone its keyboard.
          onPointerDown={(event) => {
            event.preventDefault();
            props.onChoose(item);
          }}
          className={joinClasses(
            "flex h-10 cursor-pointer items-center gap-2.5 rounded-xl px-2.5 text-[0.9375rem]",
            index === props.active ? "bg-sunken text-ink" : "text-ink-soft",
          )}
        >
          {item.kind === "mention" ? (
            <Avatar name={item.label} size="xs" />
          ) : (
            <span className="w-6 text-center text-xl">{item.insert}</span>
          )}
          <span className="truncate">{item.label}</span>
        </div>
      ))}
    </div>
  );
}
