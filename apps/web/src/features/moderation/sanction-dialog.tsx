import type { Person, SanctionKind } from "@sameroom/contract";
import { useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Input, Select } from "../../ui/atoms/input.tsx";
import { Dialog } from "../../ui/molecules/dialog.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { TERMS } from "./moderation-words.ts";

export interface SanctionDialogProps {
  kind: SanctionKind;
  person: Person;
  onClose: () => void;
  onSend: (order: { seconds: number | null; reason: string }) => void;
}

/** For how long somebody is muted or banned, and why. */
export function SanctionDialog({ kind, person, onClose, onSend }: SanctionDialogProps) {
  const [term, setTerm] = useState(kind === "mute" ? 1 : TERMS.length - 1);
  const [reason, setReason] = useState("");
  const mute = kind === "mute";
  return (
    <Dialog open title={mute ? `Mute ${person.name}?` : `Ban ${person.name}?`} onClose={onClose}>
      <p className="text-ink-soft">
        {mute
          ? "They can watch and cannot write."
          : "They leave at once and cannot come back, also not under another name on the same device."}
      </p>
      <form
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          onSend({ seconds: TERMS[term]?.seconds ?? null, reason: reason.trim() });
        }}
      >
        <Field label="For how long">
          {(control) => (
            <Select {...control} value={term} onChange={({ target }) => setTerm(Number(target.value))}>
              {TERMS.map(({ words }, index) => (
                <option key={words} value={index}>
                  {words}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Reason" hint="They read it, too. You may leave it empty.">
          {(control) => (
            <Input
              {...control}
              value={reason}
              maxLength={200}
              onChange={({ target }) => setReason(target.value)}
            />
          )}
        </Field>
        <div className="flex flex-wrap justify-end gap-3">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="danger">
            {mute ? "Mute" : "Ban"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
