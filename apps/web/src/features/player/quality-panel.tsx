import type { QualityChoice, QualityState, WatchStats } from "@sameroom/client";
import { ChevronRight, Signal } from "lucide-react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { ChoiceList } from "./choice-list.tsx";
import { connectionWords, qualityOptions } from "./quality-words.ts";
import { StagePanel } from "./stage-panel.tsx";

export interface QualityPanelProps {
  kind: "live" | "replay";
  quality: QualityState;
  stats: WatchStats | null;
  onChoose: (choice: QualityChoice) => void;
  onDetails: () => void;
  onClose: () => void;
}

/** Auto, a layer, or sound alone; how the connection is; the way to the details. */
export function QualityPanel(props: QualityPanelProps) {
  const { kind, quality, stats, onChoose, onDetails, onClose } = props;
  const words = connectionWords(stats, quality);
  return (
    <StagePanel title="Quality" side="right" onClose={onClose}>
      <ChoiceList
        legend="Quality"
        choices={qualityOptions(quality, kind).map(({ choice, label, hint }) => ({
          id: choice,
          label,
          hint,
        }))}
        chosen={quality.choice}
        onChoose={onChoose}
      />
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
          <span className="flex-1">{kind === "live" ? "Connection details" : "Details"}</span>
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
