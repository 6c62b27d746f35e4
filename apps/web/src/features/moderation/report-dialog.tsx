import { type Person, REPORT_REASONS } from "@sameroom/contract";
import { useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Select, Textarea } from "../../ui/atoms/input.tsx";
import { Dialog } from "../../ui/molecules/dialog.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { REASONS, type ReportReason } from "./moderation-words.ts";

export interface ReportDialogProps {
  person: Person;
  /** What they wrote; null: it is about the person. */
  text: string | null;
  onClose: () => void;
  onSend: (report: { reason: ReportReason; note: string }) => void;
}

/** What is wrong with a message or somebody, for those who look after the room. */
export function ReportDialog({ person, text, onClose, onSend }: ReportDialogProps) {
  const [reason, setReason] = useState<ReportReason>("spam");
  const [note, setNote] = useState("");
  return (
    <Dialog open title={`Report ${person.name}`} onClose={onClose}>
      {text !== null && (
        <blockquote className="max-h-32 overflow-y-auto break-words rounded-2xl bg-sunken px-4 py-3 text-sm">
          {text}
        </blockquote>
      )}
      <form
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          onSend({ reason, note: note.trim() });
        }}
      >
        <Field label="What is it?">
          {(control) => (
            <Select
              {...control}
              value={reason}
              onChange={({ target }) => setReason(target.value as ReportReason)}
            >
              {REPORT_REASONS.map((each) => (
                <option key={each} value={each}>
                  {REASONS[each]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Anything to add?" hint="The host and the moderators read it, nobody else.">
          {(control) => (
            <Textarea
              {...control}
              value={note}
              maxLength={500}
              onChange={({ target }) => setNote(target.value)}
            />
          )}
        </Field>
        <div className="flex flex-wrap justify-end gap-3">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary">
            Send report
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
