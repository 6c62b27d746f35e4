import type { QualityChoice, QualityState, WatchStats } from "@sameroom/client";
import { Check, ChevronRight, Signal } from "lucide-react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { connectionWords, qualityOptions } from "./quality-words.ts";
import { StagePanel } from "./stage-panel.tsx";

export interface QualityPanelProps {
  quality: QualityState;
  stats: WatchStats | null;
  onChoose: (choice: QualityChoice) => void;
  onDetails: () => void;
  onClose: () => void;
}

/** Auto, a layer, or sound alone; how the connection is; the way to the details. */
export function QualityPanel({ quality, stats, onChoose, onDetails, onClose }: QualityPanelProps) {
  const words = connectionWords(stats, quality);
  return (
    <StagePanel title="Quality" side="right" onClose={onClose}>
      <fieldset className="flex flex-col gap-0.5">
        <legend className="sr-only">Quality</legend>
        {qualityOptions(quality).map(({ choice, label, hint }) => (
          <label
            key={choice}
            className="flex min-h-11 sm:pointer-fine:min-h-9 cursor-pointer items-center gap-3 rounded-xl px-3 hover:bg-white/10 has-checked:bg-white/12 has-focus-visible:ring-2 has-focus-visible:ring-white"
          >
            <input
              type="radio"
              name="quality"
              className="peer sr-only"
              checked={quality.choice === choice}
              onChange={() => onChoose(choice)}
            />
            <Check size={18} aria-hidden="true" className="opacity-0 peer-checked:opacity-100" />
            <span className="flex-1 font-semibold">{label}</span>
            <span className="text-sm text-white/70 tabular">{hint}</span>
          </label>
        ))}
      </fieldset>
      <div className="mt-2 border-t border-white/14 pt-2">
        {words && (
          <p className="px-3 py-1.5 text-sm leading-snug" aria-live="polite">
            <span className="font-semibold">{words.headline}.</span>{" "}
            <span className="text-white/75">{words.advice}</span>
          </p>
        )}
        <button
          type="button"
          data-opens-panel
          onClick={onDetails}
          className="flex min-h-11 sm:pointer-fine:min-h-10 w-full items-center gap-3 rounded-xl px-3 text-left font-medium hover:bg-white/10"
        >
          <Signal size={18} aria-hidden="true" />
          <span className="flex-1">Connection details</span>
          <ChevronRight size={18} aria-hidden="true" className="text-white/60" />
        </button>
      </div>
    </StagePanel>
  );
}

/** Says that the network holds the picture back; nothing while all is well. */
export function ConnectionBadge({
  stats,
  quality,
}: {
  stats: WatchStats | null;
  quality: QualityState | null;
}) {
  const words = connectionWords(stats, quality);
  if (words === null || words.tone === "good") return null;
  return (
    <Badge tone="glass" icon={<Signal size={14} aria-hidden="true" />}>
      <span title={words.advice}>{words.headline}</span>
    </Badge>
  );
}
