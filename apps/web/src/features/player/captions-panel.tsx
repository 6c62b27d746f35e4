import { ChoiceList } from "./choice-list.tsx";
import { StagePanel } from "./stage-panel.tsx";
import type { Captions } from "./use-captions.ts";

/** Which captions are shown, if any. */
export function CaptionsPanel({ captions, onClose }: { captions: Captions; onClose: () => void }) {
  return (
    <StagePanel title="Captions" side="right" onClose={onClose}>
      <ChoiceList
        legend="Captions"
        choices={captions.choices}
        chosen={captions.choices.find((choice) => choice.chosen)?.id ?? null}
        onChoose={captions.choose}
      />
    </StagePanel>
  );
}
