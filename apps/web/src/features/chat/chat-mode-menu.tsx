import type { ChatMode } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { SlidersHorizontal } from "lucide-react";
import { useId, useRef, useState } from "react";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import { Select } from "../../ui/atoms/input.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { Popover } from "../../ui/molecules/popover.tsx";
import { offerQuery } from "../subscriptions/subscription-queries.ts";

const WHO: Record<ChatMode["who"], string> = {
  everybody: "Everybody",
  accounts: "People with an account",
  followers: "Followers",
  subscribers: "Subscribers",
  nobody: "The host and moderators only",
};
const SLOW_S = [0, 3, 5, 10, 30, 60, 120, 300] as const;

/** For those who run the room: who may write, how often, and what. Each choice is in force at once. */
export function ChatModeMenu({
  room,
  mode,
  onChange,
}: {
  room: string;
  mode: ChatMode;
  onChange: (change: Partial<ChatMode>) => void;
}) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const offer = useQuery(offerQuery(room)).data;
  // Where nobody can subscribe the rule would close the chat.
  const who = (Object.keys(WHO) as ChatMode["who"][]).filter(
    (one) => one !== "subscribers" || one === mode.who || (offer !== undefined && offer.tiers.length > 0),
  );
  const slow = [...new Set<number>([...SLOW_S, mode.slowS])].sort((one, other) => one - other);
  return (
    <>
      <IconButton
        ref={button}
        label="Chat rules"
        aria-haspopup="dialog"
        aria-expanded={open}
        icon={<SlidersHorizontal size={18} />}
        onClick={() => setOpen(!open)}
      />
      {open && button.current && (
        <Popover
          anchor={button.current}
          label="Chat rules"
          onClose={() => setOpen(false)}
          className="flex w-76 flex-col gap-4 p-4"
        >
          <Field label="Who may write">
            {(control) => (
              <Select
                {...control}
                data-first
                value={mode.who}
                onChange={({ target }) => onChange({ who: target.value as ChatMode["who"] })}
              >
                {who.map((one) => (
                  <option key={one} value={one}>
                    {WHO[one]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Slow mode" hint="Time between two messages of one person.">
            {(control) => (
              <Select
                {...control}
                value={mode.slowS}
                onChange={({ target }) => onChange({ slowS: Number(target.value) })}
              >
                {slow.map((seconds) => (
                  <option key={seconds} value={seconds}>
                    {slowWords(seconds)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <label
            htmlFor={id}
            className="flex min-h-11 items-center justify-between gap-3 text-sm font-semibold"
          >
            Emoji only
            <input
              id={id}
              type="checkbox"
              checked={mode.emojiOnly}
              onChange={({ target }) => onChange({ emojiOnly: target.checked })}
              className="size-5 accent-ember"
            />
          </label>
        </Popover>
      )}
    </>
  );
}

function slowWords(seconds: number): string {
  if (seconds === 0) return "Off";
  if (seconds < 60 || seconds % 60 !== 0) return `${seconds} seconds`;
  return seconds === 60 ? "1 minute" : `${seconds / 60} minutes`;
}
