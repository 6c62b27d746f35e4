import { joinClasses } from "../join-classes.ts";

const BARS = 16;

/** A microphone's level, 0..1, as a row of lamps: green, amber near the top, red when it clips. */
export function LevelMeter({ level, muted = false }: { level: number; muted?: boolean }) {
  const lit = muted ? 0 : Math.round(Math.min(1, Math.max(0, level)) * BARS);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row of lamps cannot be drawn inside <meter>
    <div
      role="meter"
      aria-label="Microphone level"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round((muted ? 0 : level) * 100)}
      aria-valuetext={muted ? "muted" : undefined}
      className="flex h-2.5 gap-0.5"
    >
      {Array.from({ length: BARS }, (_, bar) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the bars never change places
          key={bar}
          className={joinClasses(
            "flex-1 rounded-full transition-colors duration-75",
            bar >= lit ? "bg-line" : bar >= BARS - 2 ? "bg-bad" : bar >= BARS - 5 ? "bg-warn" : "bg-good",
          )}
        />
      ))}
    </div>
  );
}
