import { Swords } from "lucide-react";
import { Select } from "../../ui/atoms/input.tsx";
import { formatDuration } from "../../ui/format/time.ts";
import { Dialog } from "../../ui/molecules/dialog.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { OtherShows } from "../room/other-shows.tsx";
import type { BattleLive } from "./use-battle.ts";

export interface Terms {
  durationS: number;
  penaltyS: number;
}
const LENGTHS_S = [60, 180, 300, 600];
const PENALTIES_S = [0, 30, 60, 120];

/** Whom to challenge, for how long. */
export function ChallengeDialog(props: {
  open: boolean;
  onClose: () => void;
  /** Whose host challenges. */
  room: string;
  terms: Terms;
  onTerms: (terms: Terms) => void;
  send: BattleLive["send"];
  onChallenge: (room: string) => void;
}) {
  const { open, onClose, room, terms, onTerms, onChallenge } = props;
  return (
    <Dialog open={open} onClose={onClose} title="Challenge somebody">
      <div className="grid grid-cols-2 gap-3">
        <Choice
          label="Length"
          values={LENGTHS_S}
          value={terms.durationS}
          onChoose={(durationS) => onTerms({ ...terms, durationS })}
        />
        <Choice
          label="Penalty"
          values={PENALTIES_S}
          value={terms.penaltyS}
          onChoose={(penaltyS) => onTerms({ ...terms, penaltyS })}
        />
      </div>
      <OtherShows
        of={["battle", room]}
        find={(query) => props.send("battle.find", { query })}
        verb="Challenge"
        icon={<Swords size={16} aria-hidden="true" />}
        nobody="Nobody else is live and open to challenges right now."
        autoFocus
        onChoose={({ room: other }) => onChallenge(other)}
      />
    </Dialog>
  );
}

function Choice(props: {
  label: string;
  values: readonly number[];
  value: number;
  onChoose: (value: number) => void;
}) {
  return (
    <Field label={props.label}>
      {(control) => (
        <Select
          {...control}
          value={props.value}
          onChange={({ target }) => props.onChoose(Number(target.value))}
        >
          {props.values.map((seconds) => (
            <option key={seconds} value={seconds}>
              {seconds === 0 ? "None" : formatDuration(seconds * 1_000)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
