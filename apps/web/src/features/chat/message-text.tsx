import { createContext, use } from "react";
import { joinClasses } from "../../ui/join-classes.ts";
import { isFewEmoji, type MessagePart, messageParts, type Names, NO_NAMES } from "./message-parts.ts";

/** Who can be meant by mentions in the messages below; keeps its identity, for it is asked and not shown. */
export const NamesContext = createContext<Names>(NO_NAMES);

/** What somebody wrote: links one can follow and nothing else that does something. */
export function MessageText({ text }: { text: string }) {
  const names = use(NamesContext);
  return (
    <span
      dir="auto"
      className={joinClasses(
        "whitespace-pre-line text-ink [overflow-wrap:anywhere]",
        isFewEmoji(text) && "text-2xl leading-tight",
      )}
    >
      {messageParts(text, names).map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have nothing but their place, and a text does not change
        <Part key={index} part={part} />
      ))}
    </span>
  );
}

function Part({ part }: { part: MessagePart }) {
  switch (part.kind) {
    case "text":
      return part.text;
    case "link":
      return (
        <a
          href={part.url}
          title={part.url}
          target="_blank"
          rel="noopener noreferrer nofollow ugc"
          className="rounded text-dusk underline decoration-1 underline-offset-2 hover:decoration-2"
        >
          {part.text}
        </a>
      );
    case "mention":
      return (
        <span
          className={joinClasses(
            "rounded px-0.5 font-semibold",
            part.you ? "bg-dusk text-surface" : "text-dusk",
          )}
        >
          {part.text}
        </span>
      );
  }
}
