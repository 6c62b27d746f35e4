import { Kbd } from "../../ui/atoms/kbd.tsx";

const KEYS = [
  ["M", "mute"],
  ["F", "full screen"],
  ["P", "picture in picture"],
  ["K", "pause, back to live"],
  ["↑ ↓", "volume"],
  ["Q", "quality"],
  ["I", "connection details"],
] as const;

/** The player's keys; only where there is a keyboard. */
export function ShortcutHints() {
  return (
    <ul
      aria-label="Keyboard shortcuts"
      className="hidden flex-wrap gap-x-4 gap-y-2 px-1 text-sm text-ink-faint lg:pointer-fine:flex"
    >
      {KEYS.map(([key, does]) => (
        <li key={key} className="flex items-center gap-1.5">
          <Kbd>{key}</Kbd> {does}
        </li>
      ))}
    </ul>
  );
}
