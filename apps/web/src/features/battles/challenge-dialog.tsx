import type { BattleCandidate } from "@sameroom/contract";
import { Eye, Swords } from "lucide-react";
import { useEffect, useState } from "react";
import { Avatar } from "../../ui/atoms/avatar.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { Input, Select } from "../../ui/atoms/input.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { formatCount, formatViewers } from "../../ui/format/numbers.ts";
import { formatDuration } from "../../ui/format/time.ts";
import { useDebounced } from "../../ui/hooks/use-debounced.ts";
import { Dialog } from "../../ui/molecules/dialog.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import type { BattleLive } from "./use-battle.ts";

export interface Terms {
  durationS: number;
  penaltyS: number;
}
const LENGTHS_S = [60, 180, 300, 600];
const PENALTIES_S = [0, 30, 60, 120];
const TYPING_MS = 250;

/** Whom to challenge, for how long. */
export function ChallengeDialog(props: {
  open: boolean;
  onClose: () => void;
  terms: Terms;
  onTerms: (terms: Terms) => void;
  send: BattleLive["send"];
  onChallenge: (room: string) => void;
}) {
  const { open, onClose, terms, onTerms, onChallenge } = props;
  const [query, setQuery] = useState("");
  const { rooms, fault } = useCandidates(props.send, { query: useDebounced(query, TYPING_MS), open });
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
      <Field label="Who is live now">
        {(control) => (
          <Input
            {...control}
            type="search"
            autoFocus
            maxLength={60}
            placeholder="Search by name or title"
            value={query}
            onChange={({ target }) => setQuery(target.value)}
          />
        )}
      </Field>
      <div className="max-h-72 min-h-24 overflow-y-auto" aria-live="polite">
        {fault && <p className="p-2 text-sm text-bad">{fault}</p>}
        {rooms === null && !fault && <Skeleton className="h-20" />}
        {rooms?.length === 0 && (
          <p className="p-2 text-sm text-ink-soft">
            {query ? "Nobody live has this name." : "Nobody else is live and open to challenges right now."}
          </p>
        )}
        <ul className="flex flex-col gap-1">
          {rooms?.map(({ room, title, name, viewers }) => (
            <li key={room} className="flex items-center gap-3 rounded-2xl p-2 hover:bg-sunken">
              <Avatar name={name} size="md" />
              <div className="min-w-0 flex-1">
                <p className="truncate font-semibold">{name}</p>
                <p className="flex items-center gap-2 text-sm text-ink-soft">
                  <span className="truncate">{title}</span>
                  <span className="flex shrink-0 items-center gap-1 tabular">
                    <Eye size={14} aria-hidden="true" />
                    <span aria-hidden="true">{formatCount(viewers)}</span>
                    <span className="sr-only">{formatViewers(viewers)}</span>
                  </span>
                </p>
              </div>
              <Button
                size="sm"
                variant="primary"
                icon={<Swords size={16} aria-hidden="true" />}
                aria-label={`Challenge ${name}`}
                onClick={() => onChallenge(room)}
              >
                Challenge
              </Button>
            </li>
          ))}
        </ul>
      </div>
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

function useCandidates(send: BattleLive["send"], { query, open }: { query: string; open: boolean }) {
  const [rooms, setRooms] = useState<BattleCandidate[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    if (!open) return;
    let current = true;
    send("battle.find", { query }).then(
      (found) => {
        if (!current) return;
        setRooms(found.rooms);
        setFault(null);
      },
      (error: Error) => current && setFault(error.message),
    );
    return () => {
      current = false;
    };
  }, [send, query, open]);
  return { rooms, fault };
}
