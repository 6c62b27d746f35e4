import { ChoiceList } from "./choice-list.tsx";
import { SPEEDS, speedLabel } from "./speed.ts";
import { StagePanel } from "./stage-panel.tsx";

/** How fast a replay plays. */
export function SpeedPanel(props: { speed: number; onChoose: (speed: number) => void; onClose: () => void }) {
  return (
    <StagePanel title="Speed" side="right" onClose={props.onClose}>
      <ChoiceList
        legend="Speed"
        choices={[...SPEEDS].reverse().map((speed) => ({
          id: speed,
          label: speedLabel(speed),
          ...(speed === 1 ? { hint: "as it was" } : {}),
        }))}
        chosen={props.speed}
        onChoose={props.onChoose}
      />
    </StagePanel>
  );
}
