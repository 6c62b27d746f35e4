import type { PendingMessage } from "@sameroom/client";
import { CircleAlert, RotateCcw, Trash2 } from "lucide-react";
import { Avatar } from "../../ui/atoms/avatar.tsx";
import { MessageText } from "./message-text.tsx";

export interface OwnLineProps {
  name: string;
  message: PendingMessage;
  onResend: (id: string) => void;
  onDiscard: (id: string) => void;
}

/** A message of one's own on its way: at once on the screen, and when it did not get there, why. */
export function OwnLine({ name, message, onResend, onDiscard }: OwnLineProps) {
  const { id, text, state, failure } = message;
  return (
    <article
      aria-label="You say"
      data-pending={state}
      className="flex gap-2.5 py-1 pr-4 pl-4 text-[0.9375rem] leading-snug"
    >
      <span className="pt-0.5">
        <Avatar name={name} size="xs" />
      </span>
      <div className="min-w-0 flex-1">
        <span className={state === "sending" ? "opacity-70" : undefined}>
          <bdi className="mr-1 font-semibold text-ink-soft">{name}</bdi> <MessageText text={text} />
        </span>
        {state === "failed" && (
          <div role="alert" className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.8125rem]">
            <span className="flex items-center gap-1.5 font-medium text-bad">
              <CircleAlert size={14} className="shrink-0" aria-hidden="true" />
              {failure?.message ?? "Not sent."}
            </span>
            <button type="button" onClick={() => onResend(id)} className={ACTION}>
              <RotateCcw size={13} aria-hidden="true" /> Try again
            </button>
            <button type="button" onClick={() => onDiscard(id)} className={ACTION}>
              <Trash2 size={13} aria-hidden="true" /> Discard
            </button>
          </div>
        )}
      </div>
    </article>
  );
}

const ACTION =
  "flex min-h-6 items-center gap-1 rounded font-semibold text-ink-soft underline-offset-4 hover:text-ink hover:underline";
