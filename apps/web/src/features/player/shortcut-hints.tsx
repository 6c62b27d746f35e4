import { Kbd } from "../../ui/atoms/kbd.tsx";

const EVERYWHERE = [
  ["K", "play, pause"],
  ["M", "mute"],
  ["↑ ↓", "volume"],
  ["F", "full screen"],
  ["P", "picture in picture"],
  ["Q", "quality"],
  ["I", "details"],
] as const;
const SEEKING = [
  ["← →", "5 seconds"],
  ["J L", "10 seconds"],
] as const;
const KEYS = {
  live: EVERYWHERE,
  dvr: [...EVERYWHERE, ...SEEKING, ["Home", "earliest"], ["End", "back to live"]],
  replay: [...EVERYWHERE, ...SEEKING, [", .", "speed"], ["0–9", "tenths"]],
} as const;

/** The player's keys; only where there is a keyboard. `dvr`: a live show that can be gone back in. */
export function ShortcutHints({ kind }: { kind: keyof typeof KEYS }) {
  return (
    <ul
      aria-label="Keyboard shortcuts"
      className="mt-8 hidden flex-wrap gap-x-4 gap-y-2 px-1 text-sm text-ink-faint lg:pointer-fine:flex"
    >
      {KEYS[kind].map(([key, does]) => (
        <li key={key} className="flex items-center gap-1.5">
          <Kbd>{key}</Kbd> {does}
        </li>
      ))}
    </ul>
  );
}
