import { REACTIONS } from "@sameroom/contract";

export type ReactionEmoji = (typeof REACTIONS)[number];

const NAMES: Record<ReactionEmoji, string> = {
  "❤️": "Heart",
  "😂": "Laughing",
  "😮": "Amazed",
  "👏": "Applause",
  "🔥": "Fire",
  "🎉": "Party",
  "👍": "Thumbs up",
  "😢": "Sad",
};

/** One tap says something, many taps say it louder. */
export function ReactionBar({ onReact }: { onReact: (emoji: ReactionEmoji) => void }) {
  return (
    <div role="toolbar" aria-label="Reactions" className="flex shrink-0 justify-between px-2 pt-1">
      {REACTIONS.map((emoji) => (
        <button
          key={emoji}
          type="button"
          aria-label={NAMES[emoji]}
          title={NAMES[emoji]}
          onClick={() => onReact(emoji)}
          className="flex h-10 min-w-9 items-center justify-center rounded-xl text-xl transition-transform duration-150 hover:scale-125 hover:bg-sunken active:scale-95 select-none touch-manipulation"
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}
